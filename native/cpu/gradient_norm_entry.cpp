#include <math.h>

#include "cpu/chunks.h"
#include "cpu/kernels.h"
#include "cpu/ranges.h"
#include "cpu/validate.h"

extern "C" int32_t gatun_gradient_norm(const gatun_range *ranges, int64_t range_count, int64_t elements,
                                       const float *gradients, double scale, double *norm, int64_t *first_non_finite)
{
    if (range_count < 0) {
        return GATUN_INVALID_SIZE;
    }
    if ((ranges == nullptr && range_count > 0) || norm == nullptr || first_non_finite == nullptr) {
        return GATUN_NULL_POINTER;
    }
    if (!gatun::is_finite(scale)) {
        return GATUN_INVALID_VALUE;
    }
    int32_t status = gatun::check_buffers(elements, gradients);
    if (status == GATUN_SUCCESS) {
        status = gatun::check_ranges(ranges, range_count, gatun::any_group, elements);
    }
    if (status != GATUN_SUCCESS) {
        return status;
    }
    const gatun::Kernels &kernels = gatun::active_kernels();
    const gatun::Chunks chunks(gatun::total_length(ranges, range_count));
    double sums[gatun::most_chunks];
    int64_t lowest[gatun::most_chunks];
    gatun::parallel_chunks(chunks, [&](int64_t chunk, int64_t begin, int64_t end) {
        double sum = 0.0;
        int64_t found = elements;
        gatun::for_each_run(ranges, range_count, begin, end, [&](int64_t, int64_t first, int64_t count) {
            const double squares = kernels.sum_of_squares(count, gradients + first);
            sum += squares;
            // Squares of finite f32 never overflow in double, so only a bad gradient costs a second look.
            if (!isfinite(squares)) {
                const int64_t bad = first + kernels.find_non_finite(count, gradients + first);
                found = bad < found ? bad : found;
            }
        });
        sums[chunk] = sum;
        lowest[chunk] = found;
    });
    double sum = 0.0;
    int64_t found = elements;
    for (int64_t chunk = 0; chunk < chunks.count; ++chunk) {
        sum += sums[chunk];
        found = lowest[chunk] < found ? lowest[chunk] : found;
    }
    *norm = fabs(scale) * sqrt(sum);
    *first_non_finite = found == elements ? -1 : found;
    return GATUN_SUCCESS;
}
