/// What the compiler's test mode needs.
#[test_only]
module std::unit_test;

public native fun poison();

public native fun destroy<T>(x: T);

public macro fun assert_eq<$T: drop>($t1: $T, $t2: $T) {
    let left = $t1;
    let right = $t2;
    assert!(left == right);
}
