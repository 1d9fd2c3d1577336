/* The headers are plain C: they compile as C11, alone. */
#include "gatun.h"
#include "gatun_cuda.h"

_Static_assert(sizeof(gatun_range) == 24, "gatun_range has no padding");
_Static_assert(sizeof(gatun_step) == 96, "gatun_step has no padding");
_Static_assert(sizeof(gatun_sgd_group) == 64, "gatun_sgd_group has no padding");
_Static_assert(sizeof(gatun_adam_group) == 64, "gatun_adam_group has no padding");
_Static_assert(sizeof(gatun_adagrad_group) == 56, "gatun_adagrad_group has no padding");
_Static_assert(sizeof(gatun_rmsprop_group) == 64, "gatun_rmsprop_group has no padding");
_Static_assert(sizeof(gatun_adadelta_group) == 48, "gatun_adadelta_group has no padding");
_Static_assert(sizeof(gatun_adamax_group) == 56, "gatun_adamax_group has no padding");
_Static_assert(sizeof(gatun_nadam_group) == 72, "gatun_nadam_group has no padding");
_Static_assert(sizeof(gatun_radam_group) == 64, "gatun_radam_group has no padding");
_Static_assert(sizeof(gatun_lion_group) == 48, "gatun_lion_group has no padding");
_Static_assert(sizeof(gatun_adabelief_group) == 64, "gatun_adabelief_group has no padding");
_Static_assert(sizeof(gatun_rprop_group) == 48, "gatun_rprop_group has no padding");
_Static_assert(sizeof(gatun_lamb_group) == 64, "gatun_lamb_group has no padding");
_Static_assert(sizeof(gatun_lars_group) == 64, "gatun_lars_group has no padding");
_Static_assert(sizeof(gatun_random) == 16, "gatun_random has no padding");
_Static_assert(sizeof(gatun_cuda_cell) == 16, "gatun_cuda_cell has no padding");

int main(void)
{
    return gatun_abi_version() == GATUN_ABI_VERSION ? 0 : 1;
}
