/// Vectors: the compiler's own instructions and the functions emitted code and its tests use.
module std::vector {
    const EINDEX_OUT_OF_BOUNDS: u64 = 0x20000;

    #[bytecode_instruction]
    native public fun empty<Element>(): vector<Element>;

    #[bytecode_instruction]
    native public fun length<Element>(self: &vector<Element>): u64;

    #[bytecode_instruction]
    native public fun borrow<Element>(self: &vector<Element>, i: u64): &Element;

    #[bytecode_instruction]
    native public fun push_back<Element>(self: &mut vector<Element>, e: Element);

    #[bytecode_instruction]
    native public fun borrow_mut<Element>(self: &mut vector<Element>, i: u64): &mut Element;

    #[bytecode_instruction]
    native public fun pop_back<Element>(self: &mut vector<Element>): Element;

    #[bytecode_instruction]
    native public fun destroy_empty<Element>(self: vector<Element>);

    #[bytecode_instruction]
    native public fun swap<Element>(self: &mut vector<Element>, i: u64, j: u64);

    public fun singleton<Element>(e: Element): vector<Element> {
        let v = empty();
        v.push_back(e);
        v
    }

    public fun is_empty<Element>(self: &vector<Element>): bool {
        self.length() == 0
    }

    public fun reverse<Element>(self: &mut vector<Element>) {
        let n = self.length();
        let i = 0;
        while (i < n / 2) {
            self.swap(i, n - 1 - i);
            i = i + 1;
        };
    }

    public fun append<Element>(self: &mut vector<Element>, other: vector<Element>) {
        other.reverse();
        while (!other.is_empty()) self.push_back(other.pop_back());
        other.destroy_empty();
    }

    public fun contains<Element>(self: &vector<Element>, e: &Element): bool {
        let (found, _) = self.index_of(e);
        found
    }

    public fun index_of<Element>(self: &vector<Element>, e: &Element): (bool, u64) {
        let n = self.length();
        let i = 0;
        while (i < n) {
            if (self.borrow(i) == e) return (true, i);
            i = i + 1;
        };
        (false, 0)
    }

    public fun remove<Element>(self: &mut vector<Element>, i: u64): Element {
        let last = self.length();
        assert!(i < last, EINDEX_OUT_OF_BOUNDS);
        while (i + 1 < last) {
            self.swap(i, i + 1);
            i = i + 1;
        };
        self.pop_back()
    }

    public fun slice<Element: copy>(self: &vector<Element>, start: u64, end: u64): vector<Element> {
        assert!(start <= end && end <= self.length(), EINDEX_OUT_OF_BOUNDS);
        let out = empty();
        while (start < end) {
            out.push_back(*self.borrow(start));
            start = start + 1;
        };
        out
    }
}
