// Rows that are normalised each by itself, up to four at a time: their gradients by scale and shift are then loaded and
// stored a quarter as often, and what ends one row waits for no other. Sums along a row run in as many lanes on every
// instruction set. The pointers are not __restrict, for the reason given in add.cpp.
#include "cpu/isa.h"
#include "cpu/stream.h"

namespace gatun {
namespace GATUN_ISA {

namespace {

// So many columns that each of 32 lanes adds up eight elements in f32, which errs as much as the rounding of the
// elements: no error grows with their number.
constexpr int64_t stretch = 256;

constexpr int64_t columns_at_once = 64;

template <bool scaled>
inline __attribute__((always_inline)) float scaled_by(const float *scale, int64_t i, float x)
{
    return scaled ? scale[i] * x : x;
}

// Passed by reference: by value it would have another convention on each instruction set.
typedef float Eight __attribute__((vector_size(32)));

constexpr int64_t eight = 8;

inline __attribute__((always_inline)) void load_eight(Eight &x, const float *p)
{
    memcpy(&x, p, sizeof x);
}

// Fewer than eight elements, and instead of the others a given one.
inline __attribute__((always_inline)) void load_some(Eight &x, const float *p, int64_t count, float instead)
{
    float all[eight] = {instead, instead, instead, instead, instead, instead, instead, instead};
    memcpy(all, p, static_cast<size_t>(count) * sizeof(float));
    load_eight(x, all);
}

// Of the lanes of a stretch, which took few elements each in f32, in double.
inline __attribute__((always_inline)) double folded(const Eight *lanes)
{
    const Eight eighths = (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
    float all[eight];
    memcpy(all, &eighths, sizeof all);
    double half[eight / 2];
#pragma omp simd
    for (int64_t i = 0; i < eight / 2; ++i) {
        half[i] = static_cast<double>(all[i]) + static_cast<double>(all[i + eight / 2]);
    }
    return (half[0] + half[2]) + (half[1] + half[3]);
}

// Calls whole(i, lanes) for every eight columns of a stretch, and some(i, count) for what is left: lanes 0 to 3.
template <typename Whole, typename Some>
inline __attribute__((always_inline)) void each_eight(int64_t count, const Whole &whole, const Some &some)
{
    int64_t i = 0;
    for (; i + 4 * eight <= count; i += 4 * eight) {
        whole(i, 0);
        whole(i + eight, 1);
        whole(i + 2 * eight, 2);
        whole(i + 3 * eight, 3);
    }
    for (; i + eight <= count; i += eight) {
        whole(i, 0);
    }
    if (i < count) {
        some(i, count - i);
    }
}

inline __attribute__((always_inline)) double sum_of_row(int64_t count, const float *src)
{
    double sum = 0.0;
    for (int64_t from = 0; from < count; from += stretch) {
        const float *x = src + from;
        Eight sums[4] = {};
        each_eight(
            count - from < stretch ? count - from : stretch,
            [&](int64_t i, int lane) {
                Eight given;
                load_eight(given, x + i);
                sums[lane] += given;
            },
            [&](int64_t i, int64_t left) {
                Eight given;
                load_some(given, x + i, left, 0.0f);
                sums[1] += given;
            });
        sum += folded(sums);
    }
    return sum;
}

inline __attribute__((always_inline)) double squares_of_row(int64_t count, float centre, const float *src)
{
    double sum = 0.0;
    for (int64_t from = 0; from < count; from += stretch) {
        const float *x = src + from;
        Eight squares[4] = {};
        const auto add = [&](const Eight &given, int lane) {
            const Eight apart = given - centre;
            squares[lane] += apart * apart;
        };
        each_eight(
            count - from < stretch ? count - from : stretch,
            [&](int64_t i, int lane) {
                Eight given;
                load_eight(given, x + i);
                add(given, lane);
            },
            [&](int64_t i, int64_t left) {
                Eight given;
                load_some(given, x + i, left, centre);
                add(given, 1);
            });
        sum += folded(squares);
    }
    return sum;
}

template <bool scaled>
inline __attribute__((always_inline)) void products_of_row(int64_t count, float mean, const float *src,
                                                           const float *diff, const float *scale, double &sum,
                                                           double &product)
{
    sum = 0.0;
    product = 0.0;
    for (int64_t from = 0; from < count; from += stretch) {
        const float *x = src + from;
        const float *dy = diff + from;
        const float *by = scaled ? scale + from : nullptr;
        Eight sums[4] = {};
        Eight products[4] = {};
        each_eight(
            count - from < stretch ? count - from : stretch,
            [&](int64_t i, int lane) {
                Eight given, of, factor;
                load_eight(given, x + i);
                load_eight(of, dy + i);
                if (scaled) {
                    load_eight(factor, by + i);
                    of = factor * of;
                }
                sums[lane] += of;
                products[lane] += of * (given - mean);
            },
            [&](int64_t i, int64_t left) {
                Eight given, of, factor;
                load_some(given, x + i, left, mean);
                load_some(of, dy + i, left, 0.0f);
                if (scaled) {
                    load_some(factor, by + i, left, 0.0f);
                    of = factor * of;
                }
                sums[1] += of;
                products[1] += of * (given - mean);
            });
        sum += folded(sums);
        product += folded(products);
    }
}

// Calls chunk(offset, columns, to, stride) so that every column is covered once, columns_at_once of them where there
// are as many: to, with a stride between rows, is where to write. Streamed: rows of dst begin on lines.
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

template <bool scaled, bool shifted>
void normalize_block(const RowBlock &block, const RowFactors &by, bool streamed, const float *src, const float *scale,
                     const float *shift, float *dst)
{
    each_chunk(block, streamed && begin_on_lines(block, dst), dst,
               [&](int64_t offset, int64_t columns, float *to, int64_t stride) {
                   const float *factors = scaled ? scale + offset : nullptr;
                   const float *summands = shifted ? shift + offset : nullptr;
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
    const double count = static_cast<double>(block.columns);
    const double share = 1.0 / count;
    float centres[most_block_rows];
    for (int64_t row = 0; row < block.rows; ++row) {
        sums[row] = sum_of_row(block.columns, src + row * block.stride);
        centres[row] = static_cast<float>(sums[row] * share);
    }
    for (int64_t row = 0; row < block.rows; ++row) {
        const double rest = sums[row] * share - static_cast<double>(centres[row]);
        squares[row] =
            squares_of_row(block.columns, centres[row], src + row * block.stride) - count * rest * rest;
    }
}

void row_gradient_moments(const RowBlock &block, const RowFactors &by, const float *src, const float *diff,
                          const float *scale, double *sums, double *products)
{
    for (int64_t row = 0; row < block.rows; ++row) {
        const float *x = src + row * block.stride;
        const float *dy = diff + row * block.stride;
        if (scale == nullptr) {
            products_of_row<false>(block.columns, by.mean[row], x, dy, scale, sums[row], products[row]);
        } else {
            products_of_row<true>(block.columns, by.mean[row], x, dy, scale, sums[row], products[row]);
        }
    }
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
