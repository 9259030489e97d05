/// The currency of the deployment, and another one.
module usdc::usdc;

public struct USDC has drop {}
