// Sums and largest elements, along rows and down columns. Sums run in double, in an order that depends on the extents
// only.
#include <math.h>

#include "cpu/isa.h"

namespace gatun {
namespace GATUN_ISA {

double sum_row(int64_t count, const float *src)
{
    double sum = 0.0;
#pragma omp simd reduction(+ : sum)
    for (int64_t i = 0; i < count; ++i) {
        sum += static_cast<double>(src[i]);
    }
    return sum;
}

// Once NaN, always NaN: a NaN compares with nothing.
static float larger(float largest, float x)
{
    return x > largest || x != x ? x : largest;
}

float largest_of_row(int64_t count, const float *src)
{
    constexpr int64_t lanes = 16;
    float largest[lanes];
    for (float &lane : largest) {
        lane = -INFINITY;
    }
    int64_t i = 0;
    for (; i + lanes <= count; i += lanes) {
#pragma omp simd
        for (int64_t lane = 0; lane < lanes; ++lane) {
            largest[lane] = larger(largest[lane], src[i + lane]);
        }
    }
    for (; i < count; ++i) {
        largest[0] = larger(largest[0], src[i]);
    }
    for (int64_t lane = 1; lane < lanes; ++lane) {
        largest[0] = larger(largest[0], largest[lane]);
    }
    return largest[0];
}

void add_columns(int64_t rows, int64_t stride, int64_t count, const float *__restrict src, double *__restrict sums)
{
    for (int64_t row = 0; row < rows; ++row) {
        const float *from = src + row * stride;
#pragma omp simd
        for (int64_t i = 0; i < count; ++i) {
            sums[i] += static_cast<double>(from[i]);
        }
    }
}

void largest_of_columns(int64_t rows, int64_t stride, int64_t count, const float *__restrict src,
                        float *__restrict largest)
{
    for (int64_t row = 0; row < rows; ++row) {
        const float *from = src + row * stride;
#pragma omp simd
        for (int64_t i = 0; i < count; ++i) {
            largest[i] = larger(largest[i], from[i]);
        }
    }
}

}  // namespace GATUN_ISA
}  // namespace gatun
