vaults)
    # The token accounts that hold what is in custody. Anyone can create them; until then nothing starts.
    shift
    custody=$(solana find-program-derived-address @ADDRESS@ string:custody)
    for mint in @MINTS@; do
        spl-token create-account "$mint" --owner "$custody" "$@"
    done
    ;;
