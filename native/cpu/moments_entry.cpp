// The statistics of a batch. The outer dimension is cut into parts by its extent alone; a part of a group is summed by
// one thread from beginning to end, and the parts are added in their order.
#include "cpu/kernels.h"
#include "cpu/parallel.h"
#include "cpu/validate.h"

namespace {

constexpr int64_t most_parts = 16;

int64_t parts_of(int64_t outer)
{
    return outer < most_parts ? outer : most_parts;
}

struct Moments {
    int64_t outer;
    int64_t groups;
    int64_t rows;
    int64_t width;
    const float *src;
    double *sums;     // (parts, groups, width)
    double *squares;  // the same

    void add(int64_t item) const
    {
        const gatun::Kernels &kernels = gatun::active_kernels();
        const int64_t part = item / groups;
        const int64_t group = item % groups;
        const int64_t parts = parts_of(outer);
        double *sum = sums + item * width;
        double *square = squares + item * width;
        for (int64_t i = 0; i < width; ++i) {
            sum[i] = 0.0;
            square[i] = 0.0;
        }
        for (int64_t n = outer * part / parts; n < outer * (part + 1) / parts; ++n) {
            kernels.add_moments(rows, width, src + (n * groups + group) * rows * width, sum, square);
        }
    }
};

}  // namespace

extern "C" {

int64_t gatun_batch_normalization_scratch(int64_t outer, int64_t groups, int64_t width)
{
    int64_t bytes = 2 * static_cast<int64_t>(sizeof(double));
    if (outer < 0 || groups < 0 || width < 0 || __builtin_mul_overflow(bytes, parts_of(outer), &bytes) ||
        __builtin_mul_overflow(bytes, groups, &bytes) || __builtin_mul_overflow(bytes, width, &bytes)) {
        return -1;
    }
    return bytes;
}

int32_t gatun_batch_normalization_statistics(int64_t outer, int64_t groups, int64_t rows, int64_t width,
                                             int64_t channels, const float *src, float *mean, float *variance,
                                             void *partial)
{
    int64_t elements = 0;
    if (outer < 1 || groups < 1 || rows < 1 || width < 1 || __builtin_mul_overflow(outer, groups, &elements) ||
        __builtin_mul_overflow(elements, rows, &elements) || __builtin_mul_overflow(elements, width, &elements) ||
        channels > groups * width || channels <= (groups - 1) * width) {
        return GATUN_INVALID_SIZE;
    }
    const int32_t status = gatun::check_buffers(elements, src, mean, variance, static_cast<const char *>(partial));
    if (status != GATUN_SUCCESS) {
        return status;
    }
    const int64_t parts = parts_of(outer);
    const int64_t all = groups * width;
    double *sums = static_cast<double *>(partial);
    const Moments moments = {outer, groups, rows, width, src, sums, sums + parts * all};
    const int64_t items = parts * groups;
    if (elements < gatun::serial_elements || omp_get_max_threads() == 1) {
        for (int64_t item = 0; item < items; ++item) {
            moments.add(item);
        }
    } else {
        struct Work {
            int64_t items;
            const Moments *moments;
        };
        Work work = {items, &moments};
        GOMP_parallel(
            [](void *data) {
                const Work &mine = *static_cast<const Work *>(data);
                const gatun::Share share =
                    gatun::share_of<1>(mine.items, omp_get_thread_num(), omp_get_num_threads());
                for (int64_t item = share.begin; item < share.end; ++item) {
                    mine.moments->add(item);
                }
            },
            &work, 0, 0);
    }
    const double count = static_cast<double>(outer * rows);
    for (int64_t c = 0; c < channels; ++c) {
        double sum = 0.0;
        double square = 0.0;
        for (int64_t part = 0; part < parts; ++part) {
            sum += moments.sums[part * all + c];
            square += moments.squares[part * all + c];
        }
        const double middle = sum / count;
        const double spread = square / count - middle * middle;
        mean[c] = static_cast<float>(middle);
        variance[c] = static_cast<float>(spread < 0.0 ? 0.0 : spread);
    }
    return GATUN_SUCCESS;
}

}  // extern "C"
