"""Example scripts that use the API with the Python client `gql`, against a running `./portal serve`.

    .venv/bin/python -m examples.reseller_day
    .venv/bin/python -m examples.on_site

Each takes `--url` and `--password`, by default the ones of the demo world. Each printed line is one step; a line that
begins with `-` is a step that the portal refuses, as expected.
"""
