/// The chain's own coin; 1 SUI is 10⁹ of it.
module sui::sui;

public struct SUI has drop {}
