"""License Central, the vendor's back end that binds licenses to containers: its port and an embedded implementation."""
