#include <math.h>

#include "cpu/chunks.h"
#include "cpu/kernels.h"
#include "cpu/ranges.h"
#include "cpu/validate.h"

namespace gatun {

// slabs: (elements).
template <typename... Slabs>
static int32_t check_norm(const gatun_range *ranges, int64_t range_count, int64_t elements, double scale,
                          const int64_t *first_non_finite, const Slabs *...slabs)
{
    if (range_count < 0) {
        return GATUN_INVALID_SIZE;
    }
    if ((ranges == nullptr && range_count > 0) || first_non_finite == nullptr) {
        return GATUN_NULL_POINTER;
    }
    if (!is_finite(scale)) {
        return GATUN_INVALID_VALUE;
    }
    const int32_t status = check_buffers(elements, slabs...);
    return status == GATUN_SUCCESS ? check_ranges(ranges, range_count, any_group, elements) : status;
}

// What a chunk found in the part of a sum that it shares with other chunks.
struct Partial {
    int64_t sum;  // its index
    double squares;
};

struct ChunkResult {
    Partial first;
    Partial last;  // squares are 0 where the chunk has one sum only
    int64_t lowest;
};

// sums: one for all ranges, or (one_each) one for each, written: the sums of squares.
// squares(first, count): that of a run. search(first, count): its lowest non-finite element, or -1.
// The lowest non-finite element of all, or -1.
template <typename Squares, typename Search>
static int64_t sum_ranges(const gatun_range *ranges, int64_t range_count, int64_t elements, bool one_each, double *sums,
                          const Squares &squares, const Search &search)
{
    for (int64_t i = 0; i < (one_each ? range_count : 1); ++i) {
        sums[i] = 0.0;
    }
    const Chunks chunks(total_length(ranges, range_count));
    ChunkResult results[most_chunks];
    parallel_chunks(chunks, [&](int64_t chunk, int64_t begin, int64_t end) {
        ChunkResult result = {{-1, 0.0}, {0, 0.0}, elements};
        Partial now = {-1, 0.0};
        for_each_run(ranges, range_count, begin, end, [&](int64_t range, int64_t first, int64_t count) {
            const int64_t sum = one_each ? range : 0;
            if (sum != now.sum) {
                // A sum that is neither the chunk's first nor its last belongs to this chunk alone.
                if (result.first.sum < 0) {
                    result.first = now;
                } else {
                    sums[now.sum] = now.squares;
                }
                now = {sum, 0.0};
            }
            const double more = squares(first, count);
            now.squares += more;
            // Squares of finite numbers never overflow in double, so only a bad number costs a second look.
            if (!isfinite(more)) {
                const int64_t bad = first + search(first, count);
                result.lowest = bad < result.lowest ? bad : result.lowest;
            }
        });
        result.last = now;
        results[chunk] = result;
    });
    int64_t lowest = elements;
    for (int64_t chunk = 0; chunk < chunks.count; ++chunk) {
        const ChunkResult &result = results[chunk];
        if (result.first.sum >= 0) {
            sums[result.first.sum] += result.first.squares;
        }
        sums[result.last.sum] += result.last.squares;
        lowest = result.lowest < lowest ? result.lowest : lowest;
    }
    return lowest == elements ? -1 : lowest;
}

// The norms of values over all ranges or (one_each) over each.
static int64_t norms_of(const gatun_range *ranges, int64_t range_count, int64_t elements, const float *values,
                        double scale, bool one_each, double *norms)
{
    const Kernels &kernels = active_kernels();
    const int64_t lowest = sum_ranges(
        ranges, range_count, elements, one_each, norms,
        [&](int64_t first, int64_t count) { return kernels.sum_of_squares(count, values + first); },
        [&](int64_t first, int64_t count) { return kernels.find_non_finite(count, values + first); });
    for (int64_t i = 0; i < (one_each ? range_count : 1); ++i) {
        norms[i] = fabs(scale) * sqrt(norms[i]);
    }
    return lowest;
}

}  // namespace gatun

extern "C" {

int32_t gatun_gradient_norm(const gatun_range *ranges, int64_t range_count, int64_t elements, const float *gradients,
                            double scale, double *norm, int64_t *first_non_finite)
{
    const int32_t status = gatun::check_norm(ranges, range_count, elements, scale, first_non_finite, gradients);
    if (status != GATUN_SUCCESS || norm == nullptr) {
        return status != GATUN_SUCCESS ? status : GATUN_NULL_POINTER;
    }
    *first_non_finite = gatun::norms_of(ranges, range_count, elements, gradients, scale, false, norm);
    return GATUN_SUCCESS;
}

int32_t gatun_gradient_norms(const gatun_range *ranges, int64_t range_count, int64_t elements, const float *values,
                             double scale, double *norms, int64_t *first_non_finite)
{
    const int32_t status = gatun::check_norm(ranges, range_count, elements, scale, first_non_finite, values);
    if (status != GATUN_SUCCESS || (norms == nullptr && range_count > 0)) {
        return status != GATUN_SUCCESS ? status : GATUN_NULL_POINTER;
    }
    *first_non_finite = gatun::norms_of(ranges, range_count, elements, values, scale, true, norms);
    return GATUN_SUCCESS;
}

int32_t gatun_weighted_gradient_norm(const gatun_range *ranges, int64_t range_count, int64_t elements,
                                     const float *weights, const float *gradients, double scale, double *norm,
                                     int64_t *first_non_finite)
{
    const int32_t status =
        gatun::check_norm(ranges, range_count, elements, scale, first_non_finite, weights, gradients);
    if (status != GATUN_SUCCESS || norm == nullptr) {
        return status != GATUN_SUCCESS ? status : GATUN_NULL_POINTER;
    }
    const gatun::Kernels &kernels = gatun::active_kernels();
    double squares = 0.0;
    *first_non_finite = gatun::sum_ranges(
        ranges, range_count, elements, false, &squares,
        [&](int64_t first, int64_t count) {
            return kernels.sum_of_squared_products(count, weights + first, gradients + first);
        },
        [&](int64_t first, int64_t count) {
            const int64_t weight = kernels.find_non_finite(count, weights + first);
            const int64_t gradient = kernels.find_non_finite(count, gradients + first);
            return weight < 0 || (gradient >= 0 && gradient < weight) ? gradient : weight;
        });
    *norm = fabs(scale) * sqrt(squares);
    return GATUN_SUCCESS;
}

}  // extern "C"
