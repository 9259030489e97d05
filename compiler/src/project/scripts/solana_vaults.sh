vaults)
    # The token accounts that hold what is in custody, without which nothing starts. Anyone can create them: one that is there already is
    # refused here, and does as well.
    shift
    custody=$(solana find-program-derived-address @ADDRESS@ string:custody)
    status=0
@CREATE@    exit $status
    ;;
