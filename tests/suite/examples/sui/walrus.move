/// Walrus's storage, made to run: what an epoch costs, and how far ahead it can be bought.
module register::system {
    const EInvalidEpochsAhead: u64 = 701;

    public struct System has key {
        id: UID,
        epoch: u32,
    }

    /// The first epoch in which a blob is stored no more, if it is stored so much longer.
    public(package) fun extended(system: &System, end_epoch: u32, epochs: u32): u32 {
        let extended = end_epoch + epochs;
        assert!(epochs > 0 && extended <= system.epoch + 53, EInvalidEpochsAhead);
        extended
    }

    #[test_only]
    public fun open(ctx: &mut TxContext): System {
        System { id: object::new(ctx), epoch: 1 }
    }
}

/// A blob with funds of its own, from which anyone may prolong it.
module register::shared_blob {
    use register::system::System;

    const EInsufficientFunds: u64 = 702;

    /// What an epoch costs, in the smallest unit of WAL.
    const PRICE: u64 = 10;

    public struct SharedBlob has key, store {
        id: UID,
        end_epoch: u32,
        funds: u64,
    }

    public fun extend(
        self: &mut SharedBlob,
        system: &mut System,
        extended_epochs: u32,
        _ctx: &mut TxContext,
    ) {
        self.end_epoch = system.extended(self.end_epoch, extended_epochs);
        let price = PRICE * (extended_epochs as u64);
        assert!(self.funds >= price, EInsufficientFunds);
        self.funds = self.funds - price;
    }

    public fun end_epoch(self: &SharedBlob): u32 {
        self.end_epoch
    }

    public fun funds(self: &SharedBlob): u64 {
        self.funds
    }

    #[test_only]
    public fun open(funds: u64, ctx: &mut TxContext): SharedBlob {
        SharedBlob { id: object::new(ctx), end_epoch: 10, funds }
    }

    #[test_only]
    public fun spend(self: &mut SharedBlob, amount: u64) {
        self.funds = self.funds - amount;
    }
}
