// Functions of two variables, along one row. A stride of 0 repeats an operand. The pointers are not __restrict, for the
// reason given in add.cpp.
#include "cpu/isa.h"

namespace gatun {
namespace GATUN_ISA {

namespace {

struct Add {
    static float of(float a, float b) { return a + b; }
};

struct Subtract {
    static float of(float a, float b) { return a - b; }
};

struct Multiply {
    static float of(float a, float b) { return a * b; }
};

struct Divide {
    static float of(float a, float b) { return a / b; }
};

struct Maximum {
    static float of(float a, float b) { return a > b || a != a ? a : b; }  // a NaN of b fails the first test
};

struct Minimum {
    static float of(float a, float b) { return a < b || a != a ? a : b; }
};

struct Greater {
    static float of(float a, float b) { return a > b ? 1.0f : 0.0f; }
};

struct GreaterEqual {
    static float of(float a, float b) { return a >= b ? 1.0f : 0.0f; }
};

template <typename F>
void row(int64_t count, const float *a, int64_t a_stride, const float *b, int64_t b_stride, float *dst)
{
    if (a_stride == 1 && b_stride == 1) {
#pragma omp simd
        for (int64_t i = 0; i < count; ++i) {
            dst[i] = F::of(a[i], b[i]);
        }
    } else if (a_stride == 1 && b_stride == 0) {
        const float right = *b;
#pragma omp simd
        for (int64_t i = 0; i < count; ++i) {
            dst[i] = F::of(a[i], right);
        }
    } else if (a_stride == 0 && b_stride == 1) {
        const float left = *a;
#pragma omp simd
        for (int64_t i = 0; i < count; ++i) {
            dst[i] = F::of(left, b[i]);
        }
    } else {
        for (int64_t i = 0; i < count; ++i) {
            dst[i] = F::of(a[i * a_stride], b[i * b_stride]);
        }
    }
}

}  // namespace

const BinaryRow binary_rows[binary_functions] = {row<Add>,     row<Subtract>, row<Multiply>, row<Divide>,
                                                 row<Maximum>, row<Minimum>,  row<Greater>,  row<GreaterEqual>};

}  // namespace GATUN_ISA
}  // namespace gatun
