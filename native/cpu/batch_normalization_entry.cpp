// Batch normalisation. The rows of each block of channels are cut into parts by their number alone; a part is summed by
// one thread from beginning to end, and the parts are added in their order.
#include "cpu/normalization.h"
#include "cpu/parallel.h"
#include "cpu/validate.h"

namespace {

using gatun::GradientFactors;
using gatun::root_of;
using gatun::Runs;
using gatun::Workspace;

// One of either direction.
struct Pass : gatun::Pass {
    double epsilon;
    const float *scale;
    const float *shift;
    bool relu;

    using gatun::Pass::Pass;

    void put_statistics(int64_t group, const float *batch_mean, const float *batch_variance) const
    {
        for (int64_t c = channels.first_channel(group); c < channels.last_channel(group); ++c) {
            const int64_t at = channels.column(c);
            const double root = root_of(static_cast<double>(batch_variance[c]), epsilon);
            mean[at] = batch_mean[c];
            factor[at] = static_cast<float>(static_cast<double>(scale[c]) / root);
            offset[at] = shift[c];
        }
        channels.spread(group, mean);
        channels.spread(group, factor);
        channels.spread(group, offset);
    }
};

struct Forward : Pass {
    const float *addend;
    float *batch_mean;
    float *batch_variance;
    float *dst;

    using Pass::Pass;

    void prepare(int64_t) const {}

    void sum(int64_t part, int64_t group) const
    {
        add(part, group, [&](int64_t from, const Runs &runs, double *to_sums, double *to_squares) {
            kernels.add_moments(runs, src + from, to_sums, to_squares);
        });
    }

    void finish(int64_t group) const
    {
        add_up(group);
        const double count = static_cast<double>(channels.rows());
        for (int64_t c = channels.first_channel(group); c < channels.last_channel(group); ++c) {
            const double middle = sums[channels.column(c)] / count;
            const double spread = products[channels.column(c)] / count - middle * middle;
            batch_mean[c] = static_cast<float>(middle);
            batch_variance[c] = static_cast<float>(spread < 0.0 ? 0.0 : spread);
        }
        if (dst != nullptr) {
            put_statistics(group, batch_mean, batch_variance);
        }
    }

    void apply(int64_t part, int64_t group) const
    {
        if (dst == nullptr) {
            return;
        }
        each_run(part, group, [&](int64_t from, const Runs &runs) {
            kernels.normalize(runs, factors(group), relu, streamed(dst, channels.elements()) && dst != addend,
                              src + from, addend == nullptr ? nullptr : addend + from, dst + from);
        });
    }
};

struct Backward : Pass {
    const float *diff_dst;
    const float *batch_mean;
    const float *batch_variance;
    bool frozen;
    float *diff_src;
    float *diff_scale;
    float *diff_shift;

    using Pass::Pass;

    void prepare(int64_t group) const
    {
        put_statistics(group, batch_mean, batch_variance);
    }

    void sum(int64_t part, int64_t group) const
    {
        add(part, group, [&](int64_t from, const Runs &runs, double *to_sums, double *to_products) {
            kernels.add_gradient_moments(runs, factors(group), relu, src + from, diff_dst + from, to_sums,
                                         to_products);
        });
    }

    // The gradient of src is factor * (diff - mean of diff - normalised * mean of (diff * normalised)).
    void finish(int64_t group) const
    {
        add_up(group);
        const double count = static_cast<double>(channels.rows());
        for (int64_t c = channels.first_channel(group); c < channels.last_channel(group); ++c) {
            const int64_t at = channels.column(c);
            const double root = root_of(static_cast<double>(batch_variance[c]), epsilon);
            const double by = static_cast<double>(scale[c]) / root;
            const double shifts = sums[at];
            const double scales = products[at] / root;
            diff_shift[c] = static_cast<float>(shifts);
            diff_scale[c] = static_cast<float>(scales);
            of_source[at] = static_cast<float>(-by * scales / (root * count));
            constant[at] = static_cast<float>(-by * shifts / count);
        }
        channels.spread(group, of_source);
        channels.spread(group, constant);
    }

    void apply(int64_t part, int64_t group) const
    {
        const int64_t at = channels.first_column(group);
        const GradientFactors constants = {nullptr, nullptr};
        const GradientFactors own = {of_source + at, constant + at};
        each_run(part, group, [&](int64_t from, const Runs &runs) {
            kernels.normalize_backward(runs, factors(group), frozen ? constants : own, relu,
                                       streamed(diff_src, channels.elements()) && diff_src != diff_dst, src + from,
                                       diff_dst + from, diff_src + from);
        });
    }
};

// Prepares, sums, finishes and applies every group. Where there are as many groups as threads, a thread does all of a
// group, which may then still be in its cache; else all threads go through the parts of all groups, back in the
// opposite order, as what was read last is in the cache. The results are the same.
template <typename Work>
void run(const Work &work)
{
    const int64_t groups = work.channels.groups;
    const int64_t elements = work.channels.elements();
    if (groups >= omp_get_max_threads()) {
        gatun::parallel_items(groups, elements, [&](int64_t from, int64_t to) {
            for (int64_t group = from; group < to; ++group) {
                work.prepare(group);
                for (int64_t part = 0; part < work.parts; ++part) {
                    work.sum(part, group);
                }
                work.finish(group);
                for (int64_t part = work.parts - 1; part >= 0; --part) {
                    work.apply(part, group);
                }
            }
        });
        return;
    }
    for (int64_t group = 0; group < groups; ++group) {
        work.prepare(group);
    }
    gatun::parallel_items(work.parts * groups, elements, [&](int64_t from, int64_t to) {
        for (int64_t item = from; item < to; ++item) {
            work.sum(item / groups, item % groups);
        }
    });
    for (int64_t group = 0; group < groups; ++group) {
        work.finish(group);
    }
    gatun::parallel_items(work.parts * groups, elements, [&](int64_t from, int64_t to) {
        for (int64_t item = to - 1; item >= from; --item) {
            work.apply(item / groups, item % groups);
        }
    });
}

template <typename... Pointers>
int32_t check(const gatun_channels *channels, double epsilon, const void *scratch, const Pointers *...buffers)
{
    int32_t status = gatun::check_channels(channels);
    if (status == GATUN_SUCCESS) {
        status = gatun::check_buffers(1, static_cast<const char *>(scratch), buffers...);
    }
    return status != GATUN_SUCCESS || epsilon >= 0.0 ? status : GATUN_INVALID_VALUE;
}

}  // namespace

extern "C" {

int64_t gatun_batch_normalization_scratch(const gatun_channels *channels)
{
    if (gatun::check_channels(channels) != GATUN_SUCCESS) {
        return -1;
    }
    Workspace counter;
    const Pass counted(*channels, counter);
    return counter.bytes();
}

int32_t gatun_batch_normalization_forward(const gatun_channels *channels, const float *src, double epsilon,
                                          const float *scale, const float *shift, const float *addend,
                                          int32_t relu, float *dst, float *mean, float *variance, void *scratch)
{
    // Without dst nothing is normalised.
    const int32_t status = dst == nullptr ? check(channels, epsilon, scratch, src, mean, variance)
                                          : check(channels, epsilon, scratch, src, scale, shift,
                                                  addend == nullptr ? src : addend, dst, mean, variance);
    if (status != GATUN_SUCCESS) {
        return status;
    }
    Workspace workspace(scratch);
    Forward work(*channels, workspace);
    work.src = src;
    work.epsilon = epsilon;
    work.scale = scale;
    work.shift = shift;
    work.addend = addend;
    work.relu = relu != 0;
    work.dst = dst;
    work.batch_mean = mean;
    work.batch_variance = variance;
    run(work);
    return GATUN_SUCCESS;
}

int32_t gatun_batch_normalization_backward(const gatun_channels *channels, const float *src, const float *diff_dst,
                                           const float *mean, const float *variance, double epsilon,
                                           const float *scale, const float *shift, int32_t relu, int32_t frozen,
                                           float *diff_src, float *diff_scale, float *diff_shift, void *scratch)
{
    const int32_t status = check(channels, epsilon, scratch, src, diff_dst, mean, variance, scale, shift, diff_src,
                                 diff_scale, diff_shift);
    if (status != GATUN_SUCCESS) {
        return status;
    }
    Workspace workspace(scratch);
    Backward work(*channels, workspace);
    work.src = src;
    work.epsilon = epsilon;
    work.scale = scale;
    work.shift = shift;
    work.relu = relu != 0;
    work.diff_dst = diff_dst;
    work.batch_mean = mean;
    work.batch_variance = variance;
    work.frozen = frozen != 0;
    work.diff_src = diff_src;
    work.diff_scale = diff_scale;
    work.diff_shift = diff_shift;
    run(work);
    return GATUN_SUCCESS;
}

int32_t gatun_batch_normalization_update_running(int64_t channels, int64_t count, double momentum,
                                                 const float *batch_mean, const float *batch_variance,
                                                 float *running_mean, float *running_variance)
{
    const int32_t status =
        gatun::check_buffers(channels, batch_mean, batch_variance, running_mean, running_variance);
    if (status != GATUN_SUCCESS) {
        return status;
    }
    if (count < 2) {
        return GATUN_INVALID_SIZE;  // the unbiased variance of one element does not exist
    }
    if (!(momentum >= 0.0 && momentum <= 1.0)) {
        return GATUN_INVALID_VALUE;
    }
    const double keep = 1.0 - momentum;
    const double n = static_cast<double>(count);
    const double unbiased = n / (n - 1.0);
    for (int64_t c = 0; c < channels; ++c) {
        const double variance = static_cast<double>(batch_variance[c]) * unbiased;
        running_mean[c] = static_cast<float>(keep * static_cast<double>(running_mean[c]) +
                                             momentum * static_cast<double>(batch_mean[c]));
        running_variance[c] =
            static_cast<float>(keep * static_cast<double>(running_variance[c]) + momentum * variance);
    }
    return GATUN_SUCCESS;
}

}  // extern "C"
