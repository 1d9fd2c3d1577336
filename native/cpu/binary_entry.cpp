#include "cpu/kernels.h"
#include "cpu/nest.h"
#include "cpu/parallel.h"
#include "cpu/validate.h"

using gatun::active_kernels;
using gatun::BinaryRow;
using gatun::Nest;

namespace {

bool valid(int32_t rank, const int64_t *strides)
{
    bool good = true;
    for (int32_t i = 0; i < rank; ++i) {
        good = good && strides[i] >= 0;
    }
    return good;
}

// An operand: the rows' beginnings, and the step within a row.
struct Operand {
    Nest rows;
    int64_t stride;
    const float *data;

    Operand(int32_t rank, const int64_t *extents, const int64_t *strides, const float *elements)
        : stride(strides[rank - 1]), data(elements)
    {
        for (int32_t i = 0; i < rank - 1; ++i) {
            rows.add(extents[i], strides[i]);
        }
    }

    const float *at(int64_t row, int64_t column) const
    {
        return data + rows.offset(row) + column * stride;
    }
};

}  // namespace

extern "C" {

int32_t gatun_binary_forward(int32_t function, int32_t rank, const int64_t *extents, const int64_t *a_strides,
                             const int64_t *b_strides, const float *a, const float *b, float *dst)
{
    int64_t elements = 0;
    int32_t status = gatun::count_elements(rank, extents, elements);
    if (status == GATUN_SUCCESS) {
        status = gatun::check_buffers(elements, a, b, dst);
    }
    if (status != GATUN_SUCCESS) {
        return status;
    }
    if (a_strides == nullptr || b_strides == nullptr) {
        return GATUN_NULL_POINTER;
    }
    if (function < GATUN_BINARY_ADD || function > GATUN_BINARY_GREATER_EQUAL || !valid(rank, a_strides) ||
        !valid(rank, b_strides)) {
        return GATUN_INVALID_VALUE;
    }
    if (elements == 0) {
        return GATUN_SUCCESS;
    }
    const BinaryRow row = active_kernels().binary[function];
    const Operand left(rank, extents, a_strides, a);
    const Operand right(rank, extents, b_strides, b);
    const int64_t columns = extents[rank - 1];
    gatun::parallel_split(elements, [&](int64_t begin, int64_t end) {
        for (int64_t at = begin; at < end;) {
            const int64_t column = at % columns;
            const int64_t rest = columns - column;
            const int64_t count = rest < end - at ? rest : end - at;
            row(count, left.at(at / columns, column), left.stride, right.at(at / columns, column), right.stride,
                dst + at);
            at += count;
        }
    });
    return GATUN_SUCCESS;
}

}  // extern "C"
