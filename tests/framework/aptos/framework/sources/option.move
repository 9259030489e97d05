/// A value or none.
module std::option {
    use std::vector;

    const EOPTION_IS_SET: u64 = 0x40000;
    const EOPTION_NOT_SET: u64 = 0x40001;

    struct Option<Element> has copy, drop, store {
        vec: vector<Element>
    }

    public fun none<Element>(): Option<Element> {
        Option { vec: vector::empty() }
    }

    public fun some<Element>(e: Element): Option<Element> {
        Option { vec: vector::singleton(e) }
    }

    public fun is_none<Element>(self: &Option<Element>): bool {
        self.vec.is_empty()
    }

    public fun is_some<Element>(self: &Option<Element>): bool {
        !self.vec.is_empty()
    }

    public fun borrow<Element>(self: &Option<Element>): &Element {
        assert!(self.is_some(), EOPTION_NOT_SET);
        self.vec.borrow(0)
    }

    public fun borrow_mut<Element>(self: &mut Option<Element>): &mut Element {
        assert!(self.is_some(), EOPTION_NOT_SET);
        self.vec.borrow_mut(0)
    }

    public fun fill<Element>(self: &mut Option<Element>, e: Element) {
        assert!(self.is_none(), EOPTION_IS_SET);
        self.vec.push_back(e)
    }

    public fun extract<Element>(self: &mut Option<Element>): Element {
        assert!(self.is_some(), EOPTION_NOT_SET);
        self.vec.pop_back()
    }

    public fun destroy_some<Element>(self: Option<Element>): Element {
        assert!(self.is_some(), EOPTION_NOT_SET);
        let Option { vec } = self;
        let e = vec.pop_back();
        vec.destroy_empty();
        e
    }

    public fun destroy_none<Element>(self: Option<Element>) {
        assert!(self.is_none(), EOPTION_IS_SET);
        let Option { vec } = self;
        vec.destroy_empty()
    }
}
