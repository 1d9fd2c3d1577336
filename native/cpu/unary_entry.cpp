#include <math.h>

#include "cpu/float_types.h"
#include "cpu/parallel.h"
#include "cpu/validate.h"

using gatun::Piece;
using gatun::piece_of;
using gatun::UnaryConstants;

namespace {

bool valid(int32_t function, int32_t type, const UnaryConstants &constants)
{
    if (function < 0 || function >= gatun::unary_functions || !gatun::is_float_type(type)) {
        return false;
    }
    switch (function) {
        case GATUN_UNARY_LEAKY_RELU:
        case GATUN_UNARY_ELU:
        case GATUN_UNARY_POWER:
            return isfinite(constants.first);
        case GATUN_UNARY_SOFTPLUS:
            return constants.first > 0.0 && isfinite(constants.first);
        case GATUN_UNARY_CLIP:
            return constants.first < constants.second;
        default:
            return true;
    }
}

// Half a line of f32 is a line of 16 bits.
constexpr int64_t unit = 2 * gatun::split_elements;

}  // namespace

extern "C" {

int32_t gatun_unary_forward(int32_t function, int32_t type, int64_t elements, double first, double second,
                            const void *src, void *dst)
{
    const UnaryConstants constants = {first, second};
    if (!valid(function, type, constants)) {
        return GATUN_INVALID_VALUE;
    }
    const int32_t status = gatun::check_buffers(elements, src, dst);
    if (status != GATUN_SUCCESS) {
        return status;
    }
    const gatun::UnaryRun run = gatun::active_kernels().unary[function];
    gatun::parallel_split<unit>(elements, [&](int64_t begin, int64_t end) {
        Piece in(type), out(type);
        for (int64_t at = begin; at < end;) {
            const int64_t count = piece_of(type, end - at);
            run(constants, count, in.read(src, at, count), out.to_write(dst, at));
            out.written(dst, at, count);
            at += count;
        }
    });
    return GATUN_SUCCESS;
}

int32_t gatun_unary_backward(int32_t function, int32_t type, int64_t elements, double first, double second,
                             const void *known, const void *diff_dst, void *diff_src)
{
    const UnaryConstants constants = {first, second};
    if (!valid(function, type, constants)) {
        return GATUN_INVALID_VALUE;
    }
    const int32_t status = gatun::check_buffers(elements, known, diff_dst, diff_src);
    if (status != GATUN_SUCCESS) {
        return status;
    }
    const gatun::UnaryBackwardRun run = gatun::active_kernels().unary_backward[function];
    gatun::parallel_split<unit>(elements, [&](int64_t begin, int64_t end) {
        Piece given(type), diff(type), out(type);
        for (int64_t at = begin; at < end;) {
            const int64_t count = piece_of(type, end - at);
            run(constants, count, given.read(known, at, count), diff.read(diff_dst, at, count),
                out.to_write(diff_src, at));
            out.written(diff_src, at, count);
            at += count;
        }
    });
    return GATUN_SUCCESS;
}

}  // extern "C"
