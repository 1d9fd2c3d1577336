/* The header is plain C: it compiles as C11, alone. */
#include "gatun.h"

_Static_assert(sizeof(gatun_range) == 24, "gatun_range has no padding");
_Static_assert(sizeof(gatun_step) == 16, "gatun_step has no padding");
_Static_assert(sizeof(gatun_sgd_group) == 40, "gatun_sgd_group has no padding");
_Static_assert(sizeof(gatun_adam_group) == 48, "gatun_adam_group has no padding");
_Static_assert(sizeof(gatun_random) == 16, "gatun_random has no padding");

int main(void)
{
    return gatun_abi_version() == GATUN_ABI_VERSION ? 0 : 1;
}
