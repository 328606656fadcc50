"""Scripts to read and to run: whole working days with the Python `gql` client, against a running `./portal serve`.

    .venv/bin/python -m examples.reseller_day
    .venv/bin/python -m examples.on_site

Each takes `--url`, and the one password of the demo world by default. Every line that is printed is one step; a line
that begins with `-` is a step that the portal refused, as it should.
"""
