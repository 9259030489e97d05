vaults)
    # The token accounts that hold what is in custody, without which nothing starts, and those that have it while a call spends it.
    # Anyone can create them: one that is there already is refused here, and does as well.
    shift
@OWNERS@    status=0
@CREATE@    exit $status
    ;;
