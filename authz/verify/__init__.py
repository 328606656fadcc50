"""Verification of the policy: SQL, Python and Oso must give the same answers.

- random_world: the rows of small random databases (with random_people, random_licenses and random_rows)
- load_world: a whole database with all relationships loaded, for the Python checks and Oso
- verifier: compares the three backends for one policy in one world
- run: compares in one world after another until enough answers have been compared
- random_policies: policies that use every construct the compiler supports (with random_bodies)
- mutants: predicates with a single fault; witnesses: the rows that show each of these faults
"""
