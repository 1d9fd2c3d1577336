#include "cpu/kernels.h"
#include "cpu/parallel.h"
#include "cpu/validate.h"

extern "C" int32_t gatun_find_non_finite(int64_t elements, const float *src, int64_t *first)
{
    const int32_t status = gatun::check_buffers(elements, src);
    if (status != GATUN_SUCCESS) {
        return status;
    }
    if (first == nullptr) {
        return GATUN_NULL_POINTER;
    }
    const gatun::Kernels &kernels = gatun::active_kernels();
    int64_t lowest = elements;
    gatun::parallel_split(elements, [&](int64_t begin, int64_t end) {
        const int64_t index = kernels.find_non_finite(end - begin, src + begin);
        if (index < 0) {
            return;
        }
        int64_t seen = __atomic_load_n(&lowest, __ATOMIC_RELAXED);
        while (begin + index < seen && !__atomic_compare_exchange_n(&lowest, &seen, begin + index, true,
                                                                    __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
        }
    });
    *first = lowest == elements ? -1 : lowest;
    return GATUN_SUCCESS;
}
