// What normalisations share: images cut into parts, sums over them, and what stands for each channel.
#ifndef GATUN_CPU_NORMALIZATION_H
#define GATUN_CPU_NORMALIZATION_H

#include <math.h>
#include <stdint.h>

#include "cpu/channels.h"
#include "cpu/kernels.h"
#include "cpu/sizes.h"
#include "cpu/workspace.h"

namespace gatun {

// So many parts that threads find equal shares, so few that their sums are small beside the images.
constexpr int64_t most_parts = 64;      // of all blocks together
constexpr int64_t smallest_part = 8192;  // elements
constexpr int64_t fewest_rows = 64;

constexpr int64_t cached_elements = int64_t{1} << 22;

inline int64_t parts_of(const Channels &channels)
{
    const int64_t least = most(fewest_rows, divide_up(smallest_part, channels.width));
    const int64_t worth = channels.rows() / least;
    const int64_t wanted = divide_up(most_parts, channels.blocks);
    return worth < 1 ? 1 : worth < wanted ? worth : wanted;
}

inline double root_of(double variance, double epsilon)
{
    return sqrt(variance + epsilon);
}

// What a pass of either direction has: buffers as in gatun.h, and the scratch memory.
struct Pass {
    const Channels channels;
    const int64_t parts;
    const Kernels &kernels;
    const float *src;
    double *sums;      // (parts, blocks, period)
    double *products;  // the same
    float *mean;       // (blocks, period), as all that follow
    float *factor;
    float *offset;
    float *of_source;
    float *constant;

    Pass(const gatun_channels &given, Workspace &memory)
        : channels(given), parts(parts_of(channels)), kernels(active_kernels()),
          sums(memory.take_doubles(parts * channels.columns())),
          products(memory.take_doubles(parts * channels.columns())), mean(memory.take(channels.columns())),
          factor(memory.take(channels.columns())), offset(memory.take(channels.columns())),
          of_source(memory.take(channels.columns())), constant(memory.take(channels.columns()))
    {
    }

    int64_t begin(int64_t part) const
    {
        const int64_t rows = channels.rows();
        return rows / parts * part + rows % parts * part / parts;
    }

    // Calls body(offset, runs) for a part of a group.
    template <typename Body>
    void each_run(int64_t part, int64_t group, const Body &body) const
    {
        channels.each_run(group, begin(part), begin(part + 1), body);
    }

    // Calls body(offset, runs, sums, products) for a part of a group, the sums being zero before.
    template <typename Body>
    void add(int64_t part, int64_t group, const Body &body) const
    {
        const int64_t all = part * channels.columns();
        const int64_t at = all + channels.first_column(group);
        for (int64_t i = at; i < all + channels.last_column(group); ++i) {
            sums[i] = 0.0;
            products[i] = 0.0;
        }
        each_run(part, group, [&](int64_t from, const Runs &runs) { body(from, runs, sums + at, products + at); });
    }

    // The sums of all parts, in their order, in the first column of each channel.
    void add_up(int64_t group) const
    {
        for (int64_t part = 1; part < parts; ++part) {
            const int64_t more = part * channels.columns();
            for (int64_t i = channels.first_column(group); i < channels.last_column(group); ++i) {
                sums[i] += sums[more + i];
                products[i] += products[more + i];
            }
        }
        channels.fold(group, sums);
        channels.fold(group, products);
    }

    // Whether what is written would not stay in the caches anyway: where it lies in the place of what is read, its
    // lines are there.
    bool streamed(const float *written, int64_t elements) const
    {
        return written != src && elements >= cached_elements;
    }

    ChannelFactors factors(int64_t group) const
    {
        const int64_t at = channels.first_column(group);
        return {mean + at, factor + at, offset + at};
    }
};

}  // namespace gatun

#endif
