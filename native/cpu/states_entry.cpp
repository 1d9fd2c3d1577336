// 8-bit states from and to f32.
#include "cpu/kernels.h"
#include "cpu/parallel.h"
#include "cpu/validate.h"

namespace gatun {

static int32_t check_states(int64_t elements, int32_t kind, const uint8_t *codes, const float *scales,
                            const float *values)
{
    if (kind != GATUN_STATE_SIGNED && kind != GATUN_STATE_NON_NEGATIVE) {
        return GATUN_INVALID_VALUE;
    }
    return check_buffers(elements, codes, scales, values);
}

}  // namespace gatun

extern "C" {

int32_t gatun_decode_states(int64_t elements, int32_t kind, const uint8_t *codes, const float *scales, float *values)
{
    const int32_t status = gatun::check_states(elements, kind, codes, scales, values);
    if (status == GATUN_SUCCESS) {
        const auto decode = gatun::active_kernels().decode_states[kind];
        gatun::parallel_split<GATUN_STATE_BLOCK>(elements, [&](int64_t begin, int64_t end) {
            decode(end - begin, codes + begin, scales + begin / GATUN_STATE_BLOCK, values + begin);
        });
    }
    return status;
}

int32_t gatun_encode_states(int64_t elements, int32_t kind, const float *values, uint8_t *codes, float *scales)
{
    const int32_t status = gatun::check_states(elements, kind, codes, scales, values);
    if (status == GATUN_SUCCESS) {
        const auto encode = gatun::active_kernels().encode_states[kind];
        gatun::parallel_split<GATUN_STATE_BLOCK>(elements, [&](int64_t begin, int64_t end) {
            encode(end - begin, values + begin, codes + begin, scales + begin / GATUN_STATE_BLOCK);
        });
    }
    return status;
}

}  // extern "C"
