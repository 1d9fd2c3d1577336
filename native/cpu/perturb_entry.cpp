#include <string.h>

#include "cpu/kernels.h"
#include "cpu/parallel.h"
#include "cpu/ranges.h"
#include "cpu/validate.h"

// Elements at a time: what is saved is still in the second-level cache when the ranges, in whatever order they are,
// change it.
static constexpr int64_t block_elements = 32768;

extern "C" int32_t gatun_perturb(const gatun_range *ranges, int64_t range_count, int64_t elements, double coefficient,
                                 int32_t adaptive, float *parameters, const float *gradients, float *saved)
{
    if (range_count < 0) {
        return GATUN_INVALID_SIZE;
    }
    if (ranges == nullptr && range_count > 0) {
        return GATUN_NULL_POINTER;
    }
    if (!gatun::is_finite(coefficient) || !gatun::is_flag(adaptive)) {
        return GATUN_INVALID_VALUE;
    }
    int32_t status = gatun::check_buffers(elements, parameters, gradients, saved);
    if (status == GATUN_SUCCESS) {
        status = gatun::check_ranges(ranges, range_count, gatun::any_group, elements);
    }
    if (status != GATUN_SUCCESS) {
        return status;
    }
    const gatun::Kernels &kernels = gatun::active_kernels();
    gatun::parallel_split(elements, [&](int64_t begin, int64_t end) {
        for (int64_t from = begin; from < end; from += block_elements) {
            const int64_t to = end - from < block_elements ? end : from + block_elements;
            memcpy(saved + from, parameters + from, static_cast<size_t>(to - from) * sizeof(float));
            gatun::for_each_range_within(ranges, range_count, from, to, [&](int64_t, int64_t first, int64_t count) {
                kernels.perturb(count, static_cast<float>(coefficient), adaptive != 0, parameters + first,
                                gradients + first);
            });
        }
    });
    return GATUN_SUCCESS;
}
