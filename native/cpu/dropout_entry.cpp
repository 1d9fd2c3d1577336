#include "cpu/kernels.h"
#include "cpu/parallel.h"
#include "cpu/validate.h"

extern "C" int32_t gatun_dropout(int64_t elements, const float *src, float *dst, double rate,
                                 const gatun_random *random, uint32_t stream)
{
    const int32_t status = gatun::check_buffers(elements, src, dst);
    if (status != GATUN_SUCCESS) {
        return status;
    }
    if (random == nullptr) {
        return GATUN_NULL_POINTER;
    }
    if (!gatun::is_fraction(rate)) {
        return GATUN_INVALID_VALUE;
    }
    const uint32_t threshold = static_cast<uint32_t>(rate * 4294967296.0);  // floor(rate * 2^32) < 2^32
    const float factor = static_cast<float>(1.0 / (1.0 - rate));
    const uint32_t key[2] = {static_cast<uint32_t>(random->seed), static_cast<uint32_t>(random->seed >> 32)};
    const uint32_t step = static_cast<uint32_t>(random->step);
    const gatun::Kernels &kernels = gatun::active_kernels();
    gatun::parallel_split(elements, [&](int64_t begin, int64_t end) {
        kernels.dropout(begin, end - begin, src + begin, dst + begin, threshold, factor, key, step, stream);
    });
    return GATUN_SUCCESS;
}
