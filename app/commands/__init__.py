"""One module for each subcommand of `handrail`; see app/cli.py for what a module holds."""
