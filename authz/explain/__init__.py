"""Why a permission holds, or which facts are missing."""
