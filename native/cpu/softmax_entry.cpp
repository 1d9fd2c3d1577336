// Softmax and its logarithm, along a dimension that is the innermost or is not.
#include "cpu/kernels.h"
#include "cpu/openmp.h"
#include "cpu/parallel.h"
#include "cpu/sizes.h"
#include "cpu/validate.h"

namespace {

using gatun::softmax_columns_at_once;

int32_t check(int32_t kind, int64_t outer, int64_t extent, int64_t inner, int64_t &elements)
{
    if (kind < 0 || kind >= gatun::softmax_kinds) {
        return GATUN_INVALID_VALUE;
    }
    if (outer < 0 || extent < 1 || inner < 0 || __builtin_mul_overflow(outer, extent, &elements) ||
        __builtin_mul_overflow(elements, inner, &elements)) {
        return GATUN_INVALID_SIZE;
    }
    return GATUN_SUCCESS;
}

// An element here costs an exponential, more than the elements that parallel.h counts.
constexpr int64_t cost = 8;

// Calls row(at) for each row, or columns(at, count) for columns that lie side by side: at is their first element.
template <typename Row, typename Columns>
void each(int64_t outer, int64_t extent, int64_t inner, const Row &row, const Columns &columns)
{
    const int64_t elements = outer * extent * inner;
    const int64_t work = elements < INT64_MAX / cost ? cost * elements : elements;
    if (inner == 1) {
        gatun::parallel_items(outer, work, [&](int64_t begin, int64_t end) {
            for (int64_t i = begin; i < end; ++i) {
                row(i * extent);
            }
        });
        return;
    }
    const int64_t blocks = gatun::divide_up(inner, softmax_columns_at_once);
    gatun::parallel_items(outer * blocks, work, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
            const int64_t first = i % blocks * softmax_columns_at_once;
            columns(i / blocks * extent * inner + first, gatun::least(softmax_columns_at_once, inner - first));
        }
    });
}

}  // namespace

extern "C" {

int32_t gatun_softmax_forward(int32_t kind, int64_t outer, int64_t extent, int64_t inner, const float *src, float *dst)
{
    int64_t elements = 0;
    int32_t status = check(kind, outer, extent, inner, elements);
    if (status == GATUN_SUCCESS) {
        status = gatun::check_buffers(elements, src, dst);
    }
    if (status != GATUN_SUCCESS || elements == 0) {
        return status;
    }
    const gatun::SoftmaxKernels &kernels = gatun::active_kernels().softmaxes[kind];
    each(
        outer, extent, inner, [&](int64_t at) { kernels.row(extent, src + at, dst + at); },
        [&](int64_t at, int64_t count) { kernels.columns(extent, inner, count, src + at, dst + at); });
    return GATUN_SUCCESS;
}

int32_t gatun_softmax_backward(int32_t kind, int64_t outer, int64_t extent, int64_t inner, const float *dst,
                               const float *diff_dst, float *diff_src)
{
    int64_t elements = 0;
    int32_t status = check(kind, outer, extent, inner, elements);
    if (status == GATUN_SUCCESS) {
        status = gatun::check_buffers(elements, dst, diff_dst, diff_src);
    }
    if (status != GATUN_SUCCESS || elements == 0) {
        return status;
    }
    const gatun::SoftmaxKernels &kernels = gatun::active_kernels().softmaxes[kind];
    each(
        outer, extent, inner,
        [&](int64_t at) { kernels.row_backward(extent, dst + at, diff_dst + at, diff_src + at); },
        [&](int64_t at, int64_t count) {
            kernels.columns_backward(extent, inner, count, dst + at, diff_dst + at, diff_src + at);
        });
    return GATUN_SUCCESS;
}

}  // extern "C"
