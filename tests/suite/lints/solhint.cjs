// The rules that emitted Solidity and its runtime are linted by: those that solhint recommends, and what else it has on security and
// dead code. Each one that is off or eased says why.
module.exports = {
  extends: "solhint:recommended",
  rules: {
    "not-rely-on-time": "warn",
    "no-unused-private-funcs": "warn",

    // Since Solidity 0.7 constructors have no visibility.
    "func-visibility": ["warn", { ignoreConstructors: true }],
    // A dispatch is as long as a machine has messages.
    "function-max-lines": "off",
    // Every contract says what it is. Further comments stand where names and types do not suffice; nobody is the author of what is
    // generated.
    "use-natspec": [
      "warn",
      {
        title: { enabled: true },
        author: { enabled: false },
        notice: { enabled: false },
        param: { enabled: false },
        return: { enabled: false },
      },
    ],

    // What a workflow costs is measured where it runs. Of the rules on gas these do not fit:
    // Amounts, phases and nonces are read from events, not searched for.
    "gas-indexed-events": "off",
    // A comparison reads as in the workflow or in the wire format.
    "gas-strict-inequalities": "off",
    // Fields have the order of the workflow, which is that of the wire; Wormhole's structs have Wormhole's.
    "gas-struct-packing": "off",
    // The inputs of `start` go to functions that take them from memory, where a decoded message is too.
    "gas-calldata-parameters": "off",
    // The number of an instance is the count before it.
    "gas-increment-by-one": "off",
  },
};
