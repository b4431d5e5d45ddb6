"""News for the marketplace. Each is sent inside the transaction of the move it tells of."""

from django.dispatch import Signal

# Arguments of each: package (the fresh row), actor.
package_released = Signal()
package_revoked = Signal()
package_erased = Signal()
