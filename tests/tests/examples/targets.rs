//! The contracts on Ethereum that the examples call, with balances: a token, Permit2 and a receipt.

use alloy_sol_types::{SolCall, sol};
use revm::primitives::{Address, U256};
use xcc_tests::evm::Call;
use xcc_tests::network::EvmHome;
use xcc_tests::project::Override;
use xcc_tests::solc;
use xcc_tests::vaa::Guardian;

/// The Ethereum of `xcc.toml`: its chain id, and Wormhole's number for it.
const CHAIN: (u64, u16) = (31_337, 2);
/// Wormhole's fee for a message, in wei.
pub(crate) const FEE: u64 = 1_000;

/// Who pays.
pub(crate) const USER: Address = Address::repeat_byte(0xa1);
/// Who is paid; `DESK` in `xcc.toml`.
pub(crate) const DESK: Address = Address::repeat_byte(0xde);

sol! {
    function give(address to, uint256 amount);
    function balanceOf(address account) returns (uint256);
    function setMinter(address newMinter);
    interface IToken {
        function approve(address spender, uint256 amount);
    }
    interface IPermit2 {
        function approve(address token, address spender, uint160 amount, uint48 expiration);
    }
}

/// The targets, deployed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Targets {
    pub(crate) token: Address,
    pub(crate) permit2: Address,
    pub(crate) receipt: Address,
}

/// The guardian that signs for every chain.
pub(crate) fn guardian() -> Guardian {
    Guardian::new(1)
}

impl Targets {
    /// A home chain with the targets, before the coordinator.
    pub(crate) fn deploy() -> (EvmHome, Self) {
        let mut home = EvmHome::new(CHAIN.0, CHAIN.1, &guardian(), FEE).unwrap();
        let source = include_str!("../../suite/examples/evm/Targets.sol");
        let output = solc::compile(&solc::Input::new([("Targets.sol", source)])).unwrap();
        assert_eq!(output.diagnostics, [], "{}", output.render());
        let mut deploy = |name| home.chain.deploy(output.contract(name));
        let targets = Self {
            token: deploy("Token"),
            permit2: deploy("Permit2"),
            receipt: deploy("Receipt"),
        };
        (home, targets)
    }

    /// What `xcc.toml` must say of a desk that is paid with the token.
    pub(crate) fn asset(&self, home: &EvmHome) -> Vec<Override> {
        let name = |address: Address| address.to_string();
        vec![
            Override::new(
                &["chains", "ethereum", "wormhole", "core"],
                name(home.chain.core()),
            ),
            Override::new(&["assets", "USDC", "ethereum"], name(self.token)),
            Override::new(&["constants", "DESK"], name(DESK)),
        ]
    }

    /// Gives the user tokens, and has the user allow the coordinator to take them.
    pub(crate) fn endow(&self, home: &mut EvmHome, amount: u64) {
        let (to, spender) = (USER, home.chain.address());
        let amount = U256::from(amount);
        send(home, USER, self.token, giveCall { to, amount });
        let approve = IToken::approveCall { spender, amount };
        send(home, USER, self.token, approve);
    }

    /// What `xcc.toml` must say for these to be called.
    pub(crate) fn overrides(&self, home: &EvmHome) -> Vec<Override> {
        let name = |address: Address| address.to_string();
        vec![
            Override::new(
                &["chains", "ethereum", "wormhole", "core"],
                name(home.chain.core()),
            ),
            Override::new(&["contracts", "Permit2"], name(self.permit2)),
            Override::new(&["constants", "USDC"], name(self.token)),
            Override::new(&["constants", "DESK"], name(DESK)),
        ]
    }

    /// Gives the user tokens, and has user and desk allow the coordinator to move that much through Permit2.
    pub(crate) fn fund(&self, home: &mut EvmHome, amount: u64) {
        let coordinator = home.chain.address();
        let amount256 = U256::from(amount);
        send(
            home,
            USER,
            self.token,
            giveCall {
                to: USER,
                amount: amount256,
            },
        );
        for owner in [USER, DESK] {
            let spender = self.permit2;
            send(
                home,
                owner,
                self.token,
                IToken::approveCall {
                    spender,
                    amount: amount256,
                },
            );
            let allow = IPermit2::approveCall {
                token: self.token,
                spender: coordinator,
                amount: amount256.to(),
                expiration: U256::from(u32::MAX).to(),
            };
            send(home, owner, self.permit2, allow);
        }
    }

    /// Makes the coordinator the one that gives out receipts.
    pub(crate) fn let_mint(&self, home: &mut EvmHome) {
        let minter = setMinterCall {
            newMinter: home.chain.address(),
        };
        send(home, USER, self.receipt, minter);
    }

    /// The tokens of user and desk.
    pub(crate) fn balances(&self, home: &mut EvmHome) -> (u64, u64) {
        [USER, DESK]
            .map(|account| balance(home, self.token, account))
            .into()
    }

    /// The receipts of the user.
    pub(crate) fn receipts(&self, home: &mut EvmHome) -> u64 {
        balance(home, self.receipt, USER)
    }
}

fn balance(home: &mut EvmHome, contract: Address, account: Address) -> u64 {
    let call = Call::new(USER, contract, balanceOfCall { account }.abi_encode());
    U256::from_be_slice(home.chain.evm.view(call).returned()).to()
}

fn send(home: &mut EvmHome, from: Address, contract: Address, call: impl SolCall) {
    let receipt = home
        .chain
        .evm
        .send(Call::new(from, contract, call.abi_encode()));
    receipt.returned();
}
