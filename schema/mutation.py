"""What clients may do."""

import strawberry


@strawberry.type(description="What clients may do.")
class Mutation:
    @strawberry.mutation(description="x")
    def nothing(self) -> int:
        return 1
