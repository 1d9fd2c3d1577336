// The microkernels of matrix products: a block of c in registers, one row of b after another, each element of a
// broadcast. The sum over the depth begins at zero and is added to c at its end, so that long sums are made of short
// ones.
#include "cpu/isa.h"
#include "cpu/vectors.h"

namespace gatun {
namespace GATUN_ISA {
namespace {

constexpr int panel = 2 * lanes;

// As many as leave registers for a row of b and an element of a.
#if defined(__AVX512F__)
constexpr int most_rows = 14;
#else
constexpr int most_rows = 6;
#endif

struct Product {
    int64_t depth;
    const float *a;
    int64_t a_row;    // from a row of a to the next
    int64_t a_depth;  // from a column of a to the next
    const float *b;
    float *c;
    int64_t c_row;
    bool add;
};

template <int rows>
void block(const Product &p)
{
    Vector sums[rows][2];
    GATUN_UNROLL
    for (int r = 0; r < rows; ++r) {
        sums[r][0] = broadcast(0.0f);
        sums[r][1] = broadcast(0.0f);
    }
    const float *a = p.a;
    const float *b = p.b;
    for (int64_t k = 0; k < p.depth; ++k) {
        const Vector left = load(b);
        const Vector right = load(b + lanes);
        GATUN_UNROLL
        for (int r = 0; r < rows; ++r) {
            const Vector x = broadcast(a[r * p.a_row]);
            sums[r][0] = fused(x, left, sums[r][0]);
            sums[r][1] = fused(x, right, sums[r][1]);
        }
        a += p.a_depth;
        b += panel;
    }
    GATUN_UNROLL
    for (int r = 0; r < rows; ++r) {
        float *c = p.c + r * p.c_row;
        store(c, p.add ? load(c) + sums[r][0] : sums[r][0]);
        store(c + lanes, p.add ? load(c + lanes) + sums[r][1] : sums[r][1]);
    }
}

// block<rows> by a number that is known when it runs.
template <int rows>
void block_of(int count, const Product &p)
{
    if constexpr (rows > 0) {
        if (count == rows) {
            block<rows>(p);
        } else {
            block_of<rows - 1>(count, p);
        }
    }
}

// Rows in blocks of nearly equal size: a last block of one row would cost as much as one of three.
GATUN_INLINE void blocks(int64_t rows, Product p)
{
    const int64_t count = (rows + most_rows - 1) / most_rows;
    for (int64_t i = 0; i < count; ++i) {
        const int64_t height = rows / count + (i < rows % count ? 1 : 0);
        block_of<most_rows>(static_cast<int>(height), p);
        p.a += height * p.a_row;
        p.c += height * p.c_row;
    }
}

void multiply(int64_t rows, int64_t depth, const float *a, int64_t a_stride, const float *b, float *c,
              int64_t c_stride, bool add)
{
    blocks(rows, {depth, a, a_stride, 1, b, c, c_stride, add});
}

void multiply_transposed(int64_t rows, int64_t depth, const float *a, const float *b, float *c, int64_t c_stride,
                         bool add)
{
    blocks(rows, {depth, a, 1, panel, b, c, c_stride, add});
}

}  // namespace

const ProductKernels products = {panel, most_rows, multiply, multiply_transposed};

}  // namespace GATUN_ISA
}  // namespace gatun
