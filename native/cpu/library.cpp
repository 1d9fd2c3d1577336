// What the library says about itself, and its threads.
#include "cpu/openmp.h"
#include "gatun.h"

extern "C" {

int32_t gatun_abi_version(void)
{
    return GATUN_ABI_VERSION;
}

const char *gatun_status_name(int32_t status)
{
    switch (status) {
        case GATUN_SUCCESS:
            return "GATUN_SUCCESS";
        case GATUN_NULL_POINTER:
            return "GATUN_NULL_POINTER";
        case GATUN_INVALID_SIZE:
            return "GATUN_INVALID_SIZE";
        case GATUN_INVALID_VALUE:
            return "GATUN_INVALID_VALUE";
        case GATUN_INVALID_LABEL:
            return "GATUN_INVALID_LABEL";
        case GATUN_UNSUPPORTED:
            return "GATUN_UNSUPPORTED";
    }
    return "unknown status";
}

int32_t gatun_set_threads(int32_t threads)
{
    if (threads < 1) {
        return GATUN_INVALID_VALUE;
    }
    omp_set_num_threads(threads);
    return GATUN_SUCCESS;
}

int32_t gatun_get_threads(void)
{
    return omp_get_max_threads();
}

int32_t gatun_nothing(void)
{
    return GATUN_SUCCESS;
}

}  // extern "C"
