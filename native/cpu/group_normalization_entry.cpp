// Group normalisation, image by image. The sums over an image are made in parts by its shape alone, and the gradients
// of scale and shift are added in chunks of images, by their number alone.
#include "cpu/normalization.h"
#include "cpu/parallel.h"
#include "cpu/validate.h"

namespace {

using gatun::GradientFactors;
using gatun::root_of;
using gatun::Runs;
using gatun::Workspace;

constexpr int64_t most_chunks = 64;

// What a call has: buffers as in gatun.h.
struct Call {
    int64_t images;
    int64_t groups;
    int64_t image_elements;
    double epsilon;
    const float *src;
    const float *scale;
    const float *shift;
    float *dst;
    float *mean;
    float *variance;
    const float *diff_dst;
    const float *given_mean;
    const float *given_variance;
    float *diff_src;

    int64_t chunks() const
    {
        return images < most_chunks ? images : most_chunks;
    }

    int64_t begin(int64_t chunk) const
    {
        return images / chunks() * chunk + images % chunks() * chunk / chunks();
    }

    double scale_of(int64_t channel) const
    {
        return scale == nullptr ? 1.0 : static_cast<double>(scale[channel]);
    }
};

gatun_channels one_image(const gatun_channels &all)
{
    return {1, all.channels, all.pixels, all.width};
}

// The work on one image after the other, in scratch memory of its own.
struct Image : gatun::Pass {
    const Call *call = nullptr;
    int64_t image = 0;
    bool past_caches = false;

    Image(const gatun_channels &all, Workspace &memory) : Pass(one_image(all), memory) {}

    int64_t group_channels() const
    {
        return channels.channels / call->groups;
    }

    // Values of a group.
    double count() const
    {
        return static_cast<double>(group_channels()) * static_cast<double>(channels.pixels);
    }

    int64_t base() const
    {
        return image * call->image_elements;
    }

    void put_statistics(const float *of_means, const float *of_variances) const
    {
        for (int64_t group = 0; group < call->groups; ++group) {
            const int64_t first = group * group_channels();
            const float group_mean = of_means[image * call->groups + group];
            const double root =
                root_of(static_cast<double>(of_variances[image * call->groups + group]), call->epsilon);
            for (int64_t c = first; c < first + group_channels(); ++c) {
                const int64_t at = channels.column(c);
                mean[at] = group_mean;
                factor[at] = static_cast<float>(call->scale_of(c) / root);
                offset[at] = call->shift == nullptr ? 0.0f : call->shift[c];
            }
        }
        for (int64_t g = 0; g < channels.groups; ++g) {
            channels.spread(g, mean);
            channels.spread(g, factor);
            channels.spread(g, offset);
        }
    }

    void add_up_all() const
    {
        for (int64_t g = 0; g < channels.groups; ++g) {
            add_up(g);
        }
    }
};

struct Forward : Image {
    using Image::Image;

    void prepare() const {}

    void sum(int64_t part, int64_t g) const
    {
        add(part, g, [&](int64_t from, const Runs &runs, double *to_sums, double *to_squares) {
            kernels.add_moments(runs, call->src + base() + from, to_sums, to_squares);
        });
    }

    void finish(double *, double *) const
    {
        add_up_all();
        for (int64_t group = 0; group < call->groups; ++group) {
            double sum = 0.0;
            double squares = 0.0;
            for (int64_t c = group * group_channels(); c < (group + 1) * group_channels(); ++c) {
                sum += sums[channels.column(c)];
                squares += products[channels.column(c)];
            }
            const double middle = sum / count();
            const double spread = squares / count() - middle * middle;
            call->mean[image * call->groups + group] = static_cast<float>(middle);
            call->variance[image * call->groups + group] = static_cast<float>(spread < 0.0 ? 0.0 : spread);
        }
        put_statistics(call->mean, call->variance);
    }

    void apply(int64_t part, int64_t g) const
    {
        each_run(part, g, [&](int64_t from, const Runs &runs) {
            kernels.normalize(runs, factors(g), false, past_caches, call->src + base() + from, nullptr,
                              call->dst + base() + from);
        });
    }
};

struct Backward : Image {
    using Image::Image;

    void prepare() const
    {
        put_statistics(call->given_mean, call->given_variance);
    }

    void sum(int64_t part, int64_t g) const
    {
        add(part, g, [&](int64_t from, const Runs &runs, double *to_sums, double *to_products) {
            kernels.add_gradient_moments(runs, factors(g), false, call->src + base() + from,
                                         call->diff_dst + base() + from, to_sums, to_products);
        });
    }

    // With dy = scale * diff, the gradient of src is (dy - mean of dy - normalised * mean of (dy * normalised)) / root.
    // Adds to the gradients of scale and shift, (channels), where these are wanted.
    void finish(double *diff_scale, double *diff_shift) const
    {
        add_up_all();
        for (int64_t group = 0; group < call->groups; ++group) {
            const int64_t first = group * group_channels();
            const double root =
                root_of(static_cast<double>(call->given_variance[image * call->groups + group]), call->epsilon);
            double shifts = 0.0;
            double scales = 0.0;
            for (int64_t c = first; c < first + group_channels(); ++c) {
                const int64_t at = channels.column(c);
                shifts += call->scale_of(c) * sums[at];
                scales += call->scale_of(c) * products[at] / root;
                if (diff_scale != nullptr) {
                    diff_scale[c] += products[at] / root;
                    diff_shift[c] += sums[at];
                }
            }
            for (int64_t c = first; c < first + group_channels(); ++c) {
                const int64_t at = channels.column(c);
                of_source[at] = static_cast<float>(-scales / (root * root * count()));
                constant[at] = static_cast<float>(-shifts / (root * count()));
            }
        }
        for (int64_t g = 0; g < channels.groups; ++g) {
            channels.spread(g, of_source);
            channels.spread(g, constant);
        }
    }

    void apply(int64_t part, int64_t g) const
    {
        const int64_t at = channels.first_column(g);
        const GradientFactors with = {of_source + at, constant + at};
        each_run(part, g, [&](int64_t from, const Runs &runs) {
            kernels.normalize_backward(runs, factors(g), with, false, past_caches, call->src + base() + from,
                                       call->diff_dst + base() + from, call->diff_src + base() + from);
        });
    }
};

// Threads have chunks to themselves where there are enough, and share the parts of one image where there are not.
bool have_chunks(const Call &call)
{
    return call.chunks() >= omp_get_max_threads();
}

int64_t worker_bytes(const gatun_channels &all)
{
    Workspace counter;
    const Image counted(all, counter);
    return gatun::round_up(counter.bytes(), gatun::line_floats * static_cast<int64_t>(sizeof(float)));
}

// The sums of the gradients of scale and shift in each chunk of images, (chunks, channels); null in the forward pass.
struct ChunkSums {
    int64_t channels;
    double *scale;
    double *shift;

    double *scale_of(int64_t chunk) const
    {
        return scale == nullptr ? nullptr : scale + chunk * channels;
    }

    double *shift_of(int64_t chunk) const
    {
        return shift == nullptr ? nullptr : shift + chunk * channels;
    }

    void clear(int64_t chunk) const
    {
        for (int64_t c = 0; scale != nullptr && c < channels; ++c) {
            scale_of(chunk)[c] = 0.0;
            shift_of(chunk)[c] = 0.0;
        }
    }

    void write(int64_t chunks, float *diff_scale, float *diff_shift) const
    {
        for (int64_t chunk = 1; chunk < chunks; ++chunk) {
            for (int64_t c = 0; c < channels; ++c) {
                scale[c] += scale_of(chunk)[c];
                shift[c] += shift_of(chunk)[c];
            }
        }
        for (int64_t c = 0; c < channels; ++c) {
            diff_scale[c] = static_cast<float>(scale[c]);
            diff_shift[c] = static_cast<float>(shift[c]);
        }
    }
};

template <typename Work>
void work_alone(Work &work, int64_t image, double *diff_scale, double *diff_shift)
{
    const int64_t groups = work.channels.groups;
    work.image = image;
    work.prepare();
    for (int64_t item = 0; item < work.parts * groups; ++item) {
        work.sum(item / groups, item % groups);
    }
    work.finish(diff_scale, diff_shift);
    for (int64_t item = work.parts * groups - 1; item >= 0; --item) {
        work.apply(item / groups, item % groups);
    }
}

template <typename Work>
void work_together(Work &work, int64_t image, double *diff_scale, double *diff_shift)
{
    const int64_t groups = work.channels.groups;
    const int64_t items = work.parts * groups;
    work.image = image;
    work.prepare();
    gatun::parallel_items(items, work.channels.elements(), [&](int64_t from, int64_t to) {
        for (int64_t item = from; item < to; ++item) {
            work.sum(item / groups, item % groups);
        }
    });
    work.finish(diff_scale, diff_shift);
    gatun::parallel_items(items, work.channels.elements(), [&](int64_t from, int64_t to) {
        for (int64_t item = to - 1; item >= from; --item) {
            work.apply(item / groups, item % groups);
        }
    });
}

template <typename Work>
Work worker(const gatun_channels &all, const Call &call, bool past_caches, void *memory)
{
    Workspace workspace(memory);
    Work work(all, workspace);
    work.call = &call;
    work.past_caches = past_caches;
    return work;
}

template <typename Work>
void run(const gatun_channels &all, const Call &call, bool past_caches, const ChunkSums &sums, char *memory)
{
    const auto chunk_of = [&](Work &work, int64_t chunk, auto &&one) {
        sums.clear(chunk);
        for (int64_t image = call.begin(chunk); image < call.begin(chunk + 1); ++image) {
            one(work, image, sums.scale_of(chunk), sums.shift_of(chunk));
        }
    };
    if (!have_chunks(call)) {
        Work work = worker<Work>(all, call, past_caches, memory);
        for (int64_t chunk = 0; chunk < call.chunks(); ++chunk) {
            chunk_of(work, chunk, work_together<Work>);
        }
        return;
    }
    const int64_t bytes = worker_bytes(all);
    gatun::parallel_items(call.chunks(), call.images * call.image_elements, [&](int64_t from, int64_t to) {
        Work work = worker<Work>(all, call, past_caches, memory + omp_get_thread_num() * bytes);
        for (int64_t chunk = from; chunk < to; ++chunk) {
            chunk_of(work, chunk, work_alone<Work>);
        }
    });
}

int32_t check_groups(const gatun_channels *channels, int64_t groups)
{
    const int32_t status = gatun::check_channels(channels);
    if (status != GATUN_SUCCESS) {
        return status;
    }
    return groups >= 1 && channels->channels % groups == 0 ? GATUN_SUCCESS : GATUN_INVALID_SIZE;
}

Call call_of(const gatun_channels &all, int64_t groups, double epsilon)
{
    Call call = {};
    call.images = all.images;
    call.groups = groups;
    call.image_elements = gatun::Channels(one_image(all)).elements();
    call.epsilon = epsilon;
    return call;
}

bool is_past_caches(const gatun_channels &all, const Call &call, const float *written, const float *read)
{
    return written != read && all.images * call.image_elements >= gatun::cached_elements;
}

}  // namespace

extern "C" {

int64_t gatun_group_normalization_scratch(const gatun_channels *channels, int64_t groups)
{
    if (check_groups(channels, groups) != GATUN_SUCCESS) {
        return -1;
    }
    const Call call = call_of(*channels, groups, 0.0);
    Workspace counter;
    counter.take_doubles(2 * call.chunks() * channels->channels);
    const int64_t workers = have_chunks(call) ? omp_get_max_threads() : 1;
    return counter.bytes() + workers * worker_bytes(*channels);
}

int32_t gatun_group_normalization_forward(const gatun_channels *channels, int64_t groups, const float *src,
                                          double epsilon, const float *scale, const float *shift, float *dst,
                                          float *mean, float *variance, void *scratch, int64_t scratch_bytes)
{
    int32_t status = check_groups(channels, groups);
    if (status == GATUN_SUCCESS) {
        status = gatun::check_buffers(1, src, dst, mean, variance, static_cast<const char *>(scratch));
    }
    if (status == GATUN_SUCCESS && (scale == nullptr) != (shift == nullptr)) {
        status = GATUN_NULL_POINTER;
    }
    if (status == GATUN_SUCCESS && !(epsilon >= 0.0)) {
        status = GATUN_INVALID_VALUE;
    }
    if (status == GATUN_SUCCESS && scratch_bytes < gatun_group_normalization_scratch(channels, groups)) {
        status = GATUN_INVALID_SIZE;
    }
    if (status != GATUN_SUCCESS) {
        return status;
    }
    Call call = call_of(*channels, groups, epsilon);
    call.src = src;
    call.scale = scale;
    call.shift = shift;
    call.dst = dst;
    call.mean = mean;
    call.variance = variance;
    const ChunkSums none = {channels->channels, nullptr, nullptr};
    run<Forward>(*channels, call, is_past_caches(*channels, call, dst, src), none, static_cast<char *>(scratch));
    return GATUN_SUCCESS;
}

int32_t gatun_group_normalization_backward(const gatun_channels *channels, int64_t groups, const float *src,
                                           const float *diff_dst, const float *mean, const float *variance,
                                           double epsilon, const float *scale, float *diff_src, float *diff_scale,
                                           float *diff_shift, void *scratch, int64_t scratch_bytes)
{
    int32_t status = check_groups(channels, groups);
    if (status == GATUN_SUCCESS) {
        status = gatun::check_buffers(1, src, diff_dst, mean, variance, diff_src, static_cast<const char *>(scratch));
    }
    if (status == GATUN_SUCCESS && (diff_scale == nullptr) != (diff_shift == nullptr)) {
        status = GATUN_NULL_POINTER;
    }
    if (status == GATUN_SUCCESS && !(epsilon >= 0.0)) {
        status = GATUN_INVALID_VALUE;
    }
    if (status == GATUN_SUCCESS && scratch_bytes < gatun_group_normalization_scratch(channels, groups)) {
        status = GATUN_INVALID_SIZE;
    }
    if (status != GATUN_SUCCESS) {
        return status;
    }
    Call call = call_of(*channels, groups, epsilon);
    call.src = src;
    call.scale = scale;
    call.diff_dst = diff_dst;
    call.given_mean = mean;
    call.given_variance = variance;
    call.diff_src = diff_src;
    Workspace workspace(scratch);
    ChunkSums sums = {channels->channels, nullptr, nullptr};
    double *first = workspace.take_doubles(2 * call.chunks() * channels->channels);
    char *memory = reinterpret_cast<char *>(workspace.take(0));
    if (diff_scale != nullptr) {
        sums.scale = first;
        sums.shift = first + call.chunks() * channels->channels;
    }
    const bool past_caches = is_past_caches(*channels, call, diff_src, src) && diff_src != diff_dst;
    run<Backward>(*channels, call, past_caches, sums, memory);
    if (diff_scale != nullptr) {
        sums.write(call.chunks(), diff_scale, diff_shift);
    }
    return GATUN_SUCCESS;
}

}  // extern "C"
