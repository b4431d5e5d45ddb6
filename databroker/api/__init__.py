"""What every HTTP API view shares: authentication, problem documents, pagination, routes, the actor."""
