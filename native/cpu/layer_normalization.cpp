// Rows that are normalised each by itself, up to four at a time: their gradients by scale and shift are then loaded and
// stored a quarter as often, and what ends one row waits for no other. Sums along a row run in lanes, the same number on
// every instruction set. The pointers are not __restrict, for the reason given in add.cpp.
#include "cpu/isa.h"
#include "cpu/stream.h"

// Loops over rows must disappear entirely.
#if defined(__clang__)
#define GATUN_UNROLL _Pragma("unroll")
#else
#define GATUN_UNROLL _Pragma("GCC unroll 4")
#endif

namespace gatun {
namespace GATUN_ISA {

namespace {

constexpr int64_t lanes = 8;
constexpr int64_t columns_at_once = 64;

// Of a row: four of two tensors then take a quarter of a cache of 512 KB.
constexpr int64_t most_prefetched = 4096;

template <bool scaled>
inline __attribute__((always_inline)) float scaled_by(const float *scale, int64_t i, float x)
{
    return scaled ? scale[i] * x : x;
}

// A sum for each lane of each of some rows.
template <int64_t rows>
struct Lanes {
    double of[rows][lanes];

    // By zeros that the compiler does not see: it would write them with a slow string instruction.
    inline __attribute__((always_inline)) void clear()
    {
        double zero = 0.0;
        asm("" : "+m"(zero));
        for (int64_t row = 0; row < rows; ++row) {
#pragma omp simd
            for (int64_t lane = 0; lane < lanes; ++lane) {
                of[row][lane] = zero;
            }
        }
    }

    inline __attribute__((always_inline)) double folded(int64_t row)
    {
        double half[lanes / 2];
#pragma omp simd
        for (int64_t i = 0; i < lanes / 2; ++i) {
            half[i] = of[row][i] + of[row][i + lanes / 2];
        }
        return (half[0] + half[2]) + (half[1] + half[3]);
    }
};

// Calls four(i, lane) for four columns from i on, a number of lanes apart, or one(i, lane) for one, so that every column
// is covered once.
template <typename Four, typename One>
inline __attribute__((always_inline)) void each_lane(int64_t count, const Four &four, const One &one)
{
    int64_t i = 0;
    for (; i + 4 * lanes <= count; i += 4 * lanes) {
#pragma omp simd
        for (int64_t lane = 0; lane < lanes; ++lane) {
            four(i + lane, lane);
        }
    }
    for (; i + lanes <= count; i += lanes) {
#pragma omp simd
        for (int64_t lane = 0; lane < lanes; ++lane) {
            one(i + lane, lane);
        }
    }
    for (int64_t lane = 0; i + lane < count; ++lane) {
        one(i + lane, lane);
    }
}

// Four elements are added in f32, and what they make in double: no error grows with the number of elements.
inline __attribute__((always_inline)) float four_elements(const float *x)
{
    return (x[0] + x[lanes]) + (x[2 * lanes] + x[3 * lanes]);
}

inline __attribute__((always_inline)) float four_squares(const float *from, float centre)
{
    const float x = from[0] - centre;
    const float y = from[lanes] - centre;
    const float z = from[2 * lanes] - centre;
    const float w = from[3 * lanes] - centre;
    return (x * x + y * y) + (z * z + w * w);
}

template <int64_t rows>
inline __attribute__((always_inline)) void moments_of_rows(const RowBlock &block, const float *src, double *sums,
                                                           double *squares)
{
    const int64_t stride = block.stride;
    const double count = static_cast<double>(block.columns);
    Lanes<rows> all;
    all.clear();
    each_lane(
        block.columns,
        [&](int64_t i, int64_t lane) {
            GATUN_UNROLL
            for (int64_t row = 0; row < rows; ++row) {
                all.of[row][lane] += static_cast<double>(four_elements(src + row * stride + i));
            }
        },
        [&](int64_t i, int64_t lane) {
            GATUN_UNROLL
            for (int64_t row = 0; row < rows; ++row) {
                all.of[row][lane] += static_cast<double>(src[row * stride + i]);
            }
        });
    float centres[rows];
    double rests[rows];
    for (int64_t row = 0; row < rows; ++row) {
        sums[row] = all.folded(row);
        const double mean = sums[row] / count;
        centres[row] = static_cast<float>(mean);
        rests[row] = mean - static_cast<double>(centres[row]);
    }
    all.clear();
    each_lane(
        block.columns,
        [&](int64_t i, int64_t lane) {
            GATUN_UNROLL
            for (int64_t row = 0; row < rows; ++row) {
                all.of[row][lane] += static_cast<double>(four_squares(src + row * stride + i, centres[row]));
            }
        },
        [&](int64_t i, int64_t lane) {
            GATUN_UNROLL
            for (int64_t row = 0; row < rows; ++row) {
                const float x = src[row * stride + i] - centres[row];
                all.of[row][lane] += static_cast<double>(x * x);
            }
        });
    for (int64_t row = 0; row < rows; ++row) {
        squares[row] = all.folded(row) - count * rests[row] * rests[row];
    }
}

template <int64_t rows, bool scaled>
inline __attribute__((always_inline)) void products_of_rows(const RowBlock &block, const float *mean,
                                                            const float *src, const float *diff, const float *scale,
                                                            double *sums, double *products)
{
    const int64_t stride = block.stride;
    float means[rows];
    for (int64_t row = 0; row < rows; ++row) {
        means[row] = mean[row];
    }
    Lanes<rows> all;
    Lanes<rows> some;
    all.clear();
    some.clear();
    each_lane(
        block.columns,
        [&](int64_t i, int64_t lane) {
            GATUN_UNROLL
            for (int64_t row = 0; row < rows; ++row) {
                const float *x = src + row * stride + i;
                const float *dy = diff + row * stride + i;
                const float a = scaled_by<scaled>(scale, i, dy[0]);
                const float b = scaled_by<scaled>(scale, i + lanes, dy[lanes]);
                const float c = scaled_by<scaled>(scale, i + 2 * lanes, dy[2 * lanes]);
                const float d = scaled_by<scaled>(scale, i + 3 * lanes, dy[3 * lanes]);
                const float m = means[row];
                all.of[row][lane] += static_cast<double>((a + b) + (c + d));
                some.of[row][lane] += static_cast<double>((a * (x[0] - m) + b * (x[lanes] - m)) +
                                                          (c * (x[2 * lanes] - m) + d * (x[3 * lanes] - m)));
            }
        },
        [&](int64_t i, int64_t lane) {
            GATUN_UNROLL
            for (int64_t row = 0; row < rows; ++row) {
                const float a = scaled_by<scaled>(scale, i, diff[row * stride + i]);
                all.of[row][lane] += static_cast<double>(a);
                some.of[row][lane] += static_cast<double>(a * (src[row * stride + i] - means[row]));
            }
        });
    for (int64_t row = 0; row < rows; ++row) {
        sums[row] = all.folded(row);
        products[row] = some.folded(row);
    }
}

// Calls chunk(offset, columns, to, stride) so that every column is covered once, columns_at_once of them where there are
// as many: to, with a stride between rows, is where to write. Streamed: rows of dst begin on lines.
template <typename Chunk>
inline __attribute__((always_inline)) void each_chunk(const RowBlock &block, bool streamed, float *dst,
                                                      const Chunk &chunk)
{
    int64_t i = 0;
    if (streamed) {
        for (; i + columns_at_once <= block.columns; i += columns_at_once) {
            alignas(64) float results[most_block_rows * columns_at_once];
            chunk(i, columns_at_once, results, columns_at_once);
            for (int64_t row = 0; row < block.rows; ++row) {
                stream_line_by_line(dst + row * block.stride + i, results + row * columns_at_once, columns_at_once);
            }
        }
    } else {
        for (; i + columns_at_once <= block.columns; i += columns_at_once) {
            chunk(i, columns_at_once, dst + i, block.stride);
        }
    }
    if (i < block.columns) {
        chunk(i, block.columns - i, dst + i, block.stride);
    }
    if (streamed) {
        end_stream();
    }
}

bool begin_on_lines(const RowBlock &block, const float *dst)
{
    return is_on_line(dst) && block.stride * static_cast<int64_t>(sizeof(float)) % line_bytes == 0;
}

template <bool scaled, bool shifted>
inline __attribute__((always_inline)) float normal(const RowFactors &by, int64_t row, float x, const float *scale,
                                                   const float *shift, int64_t i)
{
    const float of = scaled_by<scaled>(scale, i, (x - by.mean[row]) * by.factor[row]);
    return shifted ? of + shift[i] : of;
}

template <bool scaled, bool shifted>
inline __attribute__((always_inline)) void four_normals(int64_t columns, int64_t stride, const RowFactors &by,
                                                        const float *src, const float *scale, const float *shift,
                                                        float *to, int64_t to_stride)
{
    const RowFactors f = by;
#pragma omp simd
    for (int64_t i = 0; i < columns; ++i) {
        const float x = src[i];
        const float y = src[i + stride];
        const float z = src[i + 2 * stride];
        const float w = src[i + 3 * stride];
        to[i] = normal<scaled, shifted>(f, 0, x, scale, shift, i);
        to[i + to_stride] = normal<scaled, shifted>(f, 1, y, scale, shift, i);
        to[i + 2 * to_stride] = normal<scaled, shifted>(f, 2, z, scale, shift, i);
        to[i + 3 * to_stride] = normal<scaled, shifted>(f, 3, w, scale, shift, i);
    }
}

// The rows of the next block begin to come while those of this one are written: memory would stand still meanwhile.
inline __attribute__((always_inline)) void prefetch_next(const RowBlock &block, const float *src, int64_t columns)
{
    constexpr int64_t line = line_bytes / static_cast<int64_t>(sizeof(float));
    if (block.stride > most_prefetched) {
        return;
    }
    const float *next = src + block.rows * block.stride;
    for (int64_t row = 0; row < block.rows; ++row) {
        for (int64_t i = 0; i < columns; i += line) {
            __builtin_prefetch(next + row * block.stride + i, 0, 2);
        }
    }
}

template <bool scaled, bool shifted>
void normalize_block(const RowBlock &block, const RowFactors &by, bool streamed, const float *src, const float *scale,
                     const float *shift, float *dst)
{
    each_chunk(block, streamed && begin_on_lines(block, dst), dst,
               [&](int64_t offset, int64_t columns, float *to, int64_t stride) {
                   const float *factors = scaled ? scale + offset : nullptr;
                   const float *summands = shifted ? shift + offset : nullptr;
                   prefetch_next(block, src + offset, columns);
                   if (block.rows == most_block_rows) {
                       four_normals<scaled, shifted>(columns, block.stride, by, src + offset, factors, summands, to,
                                                     stride);
                       return;
                   }
                   for (int64_t row = 0; row < block.rows; ++row) {
                       const float *x = src + row * block.stride + offset;
                       float *y = to + row * stride;
#pragma omp simd
                       for (int64_t i = 0; i < columns; ++i) {
                           y[i] = normal<scaled, shifted>(by, row, x[i], factors, summands, i);
                       }
                   }
               });
}

// What a column of a row becomes, and its part of the gradients of scale and shift.
template <bool scaled>
inline __attribute__((always_inline)) float gradient(const RowFactors &by, const RowGradients &with, int64_t row,
                                                     float normal, const float *scale, int64_t i, float diff)
{
    const float of = scaled_by<scaled>(scale, i, diff);
    return by.factor[row] * ((of - with.of_shift[row]) - normal * with.of_scale[row]);
}

template <bool scaled, bool summed>
inline __attribute__((always_inline)) void four_gradients(int64_t columns, int64_t stride, const RowFactors &by,
                                                          const RowGradients &with, const float *src,
                                                          const float *diff, const float *scale, float *to,
                                                          int64_t to_stride, double *scales, double *shifts)
{
    const RowFactors f = by;
    const RowGradients g = with;
#pragma omp simd
    for (int64_t i = 0; i < columns; ++i) {
        const float a = diff[i];
        const float b = diff[i + stride];
        const float c = diff[i + 2 * stride];
        const float d = diff[i + 3 * stride];
        const float x = (src[i] - f.mean[0]) * f.factor[0];
        const float y = (src[i + stride] - f.mean[1]) * f.factor[1];
        const float z = (src[i + 2 * stride] - f.mean[2]) * f.factor[2];
        const float w = (src[i + 3 * stride] - f.mean[3]) * f.factor[3];
        to[i] = gradient<scaled>(f, g, 0, x, scale, i, a);
        to[i + to_stride] = gradient<scaled>(f, g, 1, y, scale, i, b);
        to[i + 2 * to_stride] = gradient<scaled>(f, g, 2, z, scale, i, c);
        to[i + 3 * to_stride] = gradient<scaled>(f, g, 3, w, scale, i, d);
        if (summed) {
            scales[i] += static_cast<double>((a * x + b * y) + (c * z + d * w));
            shifts[i] += static_cast<double>((a + b) + (c + d));
        }
    }
}

template <bool scaled, bool summed>
void gradients_of_block(const RowBlock &block, const RowFactors &by, const RowGradients &with, bool streamed,
                        const float *src, const float *diff, const float *scale, float *dst, double *scales,
                        double *shifts)
{
    each_chunk(block, streamed && begin_on_lines(block, dst), dst,
               [&](int64_t offset, int64_t columns, float *to, int64_t stride) {
                   const float *factors = scaled ? scale + offset : nullptr;
                   double *of_scales = summed ? scales + offset : nullptr;
                   double *of_shifts = summed ? shifts + offset : nullptr;
                   prefetch_next(block, src + offset, columns);
                   prefetch_next(block, diff + offset, columns);
                   if (block.rows == most_block_rows) {
                       four_gradients<scaled, summed>(columns, block.stride, by, with, src + offset, diff + offset,
                                                      factors, to, stride, of_scales, of_shifts);
                       return;
                   }
                   for (int64_t row = 0; row < block.rows; ++row) {
                       const float *x = src + row * block.stride + offset;
                       const float *dy = diff + row * block.stride + offset;
                       float *dx = to + row * stride;
#pragma omp simd
                       for (int64_t i = 0; i < columns; ++i) {
                           const float of = dy[i];
                           const float y = (x[i] - by.mean[row]) * by.factor[row];
                           dx[i] = gradient<scaled>(by, with, row, y, factors, i, of);
                           if (summed) {
                               of_scales[i] += static_cast<double>(of * y);
                               of_shifts[i] += static_cast<double>(of);
                           }
                       }
                   }
               });
}

}  // namespace

void row_moments(const RowBlock &block, const float *src, double *sums, double *squares)
{
    if (block.rows == most_block_rows) {
        moments_of_rows<most_block_rows>(block, src, sums, squares);
        return;
    }
    for (int64_t row = 0; row < block.rows; ++row) {
        moments_of_rows<1>(block, src + row * block.stride, sums + row, squares + row);
    }
}

template <bool scaled>
static void products_of_block(const RowBlock &block, const RowFactors &by, const float *src, const float *diff,
                              const float *scale, double *sums, double *products)
{
    // Two at a time: the registers hold no more sums.
    int64_t row = 0;
    for (; row + 2 <= block.rows; row += 2) {
        products_of_rows<2, scaled>(block, by.mean + row, src + row * block.stride, diff + row * block.stride, scale,
                                    sums + row, products + row);
    }
    if (row < block.rows) {
        products_of_rows<1, scaled>(block, by.mean + row, src + row * block.stride, diff + row * block.stride, scale,
                                    sums + row, products + row);
    }
}

void row_gradient_moments(const RowBlock &block, const RowFactors &by, const float *src, const float *diff,
                          const float *scale, double *sums, double *products)
{
    (scale == nullptr ? products_of_block<false> : products_of_block<true>)(block, by, src, diff, scale, sums,
                                                                          products);
}

void normalize_rows(const RowBlock &block, const RowFactors &by, bool streamed, const float *src, const float *scale,
                    const float *shift, float *dst)
{
    if (scale == nullptr) {
        (shift == nullptr ? normalize_block<false, false> : normalize_block<false, true>)(block, by, streamed, src,
                                                                                        scale, shift, dst);
    } else {
        (shift == nullptr ? normalize_block<true, false> : normalize_block<true, true>)(block, by, streamed, src,
                                                                                      scale, shift, dst);
    }
}

void normalize_rows_backward(const RowBlock &block, const RowFactors &by, const RowGradients &with, bool streamed,
                             const float *src, const float *diff, const float *scale, float *dst, double *scales,
                             double *shifts)
{
    if (scale == nullptr) {
        (scales == nullptr ? gradients_of_block<false, false> : gradients_of_block<false, true>)(
            block, by, with, streamed, src, diff, scale, dst, scales, shifts);
    } else {
        (scales == nullptr ? gradients_of_block<true, false> : gradients_of_block<true, true>)(
            block, by, with, streamed, src, diff, scale, dst, scales, shifts);
    }
}

}  // namespace GATUN_ISA
}  // namespace gatun
