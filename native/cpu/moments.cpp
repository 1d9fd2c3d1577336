// Sums of the elements of columns and of their squares, in double: as many elements as a batch may have cost no digits.
#include "cpu/isa.h"

namespace gatun {
namespace GATUN_ISA {

namespace {

// Four rows at a time, so that the sums are loaded and stored a quarter as often.
void add_four(int64_t count, const float *__restrict a, const float *__restrict b, const float *__restrict c,
              const float *__restrict d, double *__restrict sums, double *__restrict squares)
{
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
        const double x = static_cast<double>(a[i]);
        const double y = static_cast<double>(b[i]);
        const double z = static_cast<double>(c[i]);
        const double w = static_cast<double>(d[i]);
        sums[i] += (x + y) + (z + w);
        squares[i] += (x * x + y * y) + (z * z + w * w);
    }
}

}  // namespace

void add_moments(int64_t rows, int64_t count, const float *src, double *sums, double *squares)
{
    int64_t row = 0;
    for (; row + 4 <= rows; row += 4) {
        const float *from = src + row * count;
        add_four(count, from, from + count, from + 2 * count, from + 3 * count, sums, squares);
    }
    for (; row < rows; ++row) {
        const float *from = src + row * count;
#pragma omp simd
        for (int64_t i = 0; i < count; ++i) {
            const double x = static_cast<double>(from[i]);
            sums[i] += x;
            squares[i] += x * x;
        }
    }
}

}  // namespace GATUN_ISA
}  // namespace gatun
