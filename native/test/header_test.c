/* The headers are plain C: they compile as C11, alone. */
#include "gatun.h"
#include "gatun_cuda.h"

_Static_assert(sizeof(gatun_range) == 24, "gatun_range has no padding");
_Static_assert(sizeof(gatun_step) == 72, "gatun_step has no padding");
_Static_assert(sizeof(gatun_random) == 16, "gatun_random has no padding");
_Static_assert(sizeof(gatun_cuda_cell) == 16, "gatun_cuda_cell has no padding");

int main(void)
{
    return gatun_abi_version() == GATUN_ABI_VERSION ? 0 : 1;
}
