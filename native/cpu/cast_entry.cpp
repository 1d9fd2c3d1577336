#include <string.h>

#include "cpu/float_types.h"
#include "cpu/parallel.h"
#include "cpu/validate.h"

extern "C" int32_t gatun_cast(int32_t from, int32_t to, int64_t elements, const void *src, void *dst)
{
    if (!gatun::is_float_type(from) || !gatun::is_float_type(to)) {
        return GATUN_INVALID_VALUE;
    }
    const int32_t status = gatun::check_buffers(elements, src, dst);
    if (status != GATUN_SUCCESS) {
        return status;
    }
    // Half a line of f32 is a line of 16 bits.
    gatun::parallel_split<2 * gatun::split_elements>(elements, [&](int64_t begin, int64_t end) {
        const gatun::Kernels &kernels = gatun::active_kernels();
        const char *source = static_cast<const char *>(src);
        char *target = static_cast<char *>(dst);
        const int64_t count = end - begin;
        if (from == to) {
            const int64_t bytes = from == GATUN_F32 ? 4 : 2;
            memcpy(target + begin * bytes, source + begin * bytes, static_cast<size_t>(count * bytes));
        } else if (to == GATUN_F32) {
            kernels.casts[from - 1].widen(count, static_cast<const uint16_t *>(src) + begin,
                                          static_cast<float *>(dst) + begin);
        } else if (from == GATUN_F32) {
            kernels.casts[to - 1].narrow(count, static_cast<const float *>(src) + begin,
                                         static_cast<uint16_t *>(dst) + begin);
        } else {
            gatun::Piece in(from);
            for (int64_t at = begin; at < end;) {
                const int64_t piece = gatun::piece_of(from, end - at);
                kernels.casts[to - 1].narrow(piece, in.read(src, at, piece), static_cast<uint16_t *>(dst) + at);
                at += piece;
            }
        }
    });
    return GATUN_SUCCESS;
}
