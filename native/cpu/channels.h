// Images by their channels, in every layout: how they are cut for threads, and how each piece looks to a kernel.
#ifndef GATUN_CPU_CHANNELS_H
#define GATUN_CPU_CHANNELS_H

#include <stdint.h>
#include <string.h>

#include "cpu/kernels.h"
#include "cpu/workspace.h"
#include "gatun.h"

namespace gatun {

// Channels lie in blocks of width; all rows of a block, image after image, are one sequence of rows. A kernel sees some
// rows as one, a period, so that it has whole vectors to work on: then a channel has several columns. Blocks whose
// images are one period each lie side by side, and go together: a group is a block alone, or some of those.
struct Channels {
    int64_t images;
    int64_t channels;
    int64_t pixels;
    int64_t width;
    int64_t blocks;
    int64_t period;        // a multiple of width
    int64_t group_blocks;  // of every group but the last
    int64_t groups;

    explicit Channels(const gatun_channels &given);

    // Of a block.
    int64_t rows() const
    {
        return images * pixels;
    }

    int64_t elements() const
    {
        return blocks * rows() * width;
    }

    // In tensors (blocks, period).
    int64_t columns() const
    {
        return blocks * period;
    }

    int64_t first_column(int64_t group) const
    {
        return group * group_blocks * period;
    }

    int64_t last_column(int64_t group) const
    {
        return group == groups - 1 ? columns() : first_column(group + 1);
    }

    int64_t first_channel(int64_t group) const
    {
        return group * group_blocks * width;
    }

    int64_t last_channel(int64_t group) const
    {
        return group == groups - 1 ? channels : first_channel(group + 1);
    }

    // Calls body(offset, runs) so that rows from to to of a group's blocks are covered once.
    template <typename Body>
    void each_run(int64_t group, int64_t from, int64_t to, const Body &body) const
    {
        // One block alone is dense: its images are one.
        const int64_t image_rows = blocks == 1 ? rows() : pixels;
        const int64_t stride = blocks * pixels * width;
        const int64_t together = (last_column(group) - first_column(group)) / period;
        const int64_t base = group * group_blocks * pixels * width;
        while (from < to) {
            const int64_t image = from / image_rows;
            const int64_t row = from - image * image_rows;
            const int64_t whole = row == 0 ? (to - from) / image_rows : 0;
            const int64_t rest = image_rows - row;
            const int64_t taken = whole > 0 ? whole * image_rows : rest < to - from ? rest : to - from;
            const int64_t count = whole > 0 ? whole : 1;
            const Runs runs = {count, stride, taken / count * width * together, period * together};
            body(image * stride + base + row * width, runs);
            from += taken;
        }
    }

    // In columns (blocks, period): the first column of a channel.
    int64_t column(int64_t channel) const
    {
        return channel / width * period + channel % width;
    }

    // columns (blocks, period): adds all columns of each channel of a group to its first, half to half.
    void fold(int64_t group, double *columns) const
    {
        for (int64_t block = first_column(group); block < last_column(group); block += period) {
            for (int64_t rows = period / width; rows > 1;) {
                const int64_t kept = (rows + 1) / 2;
                const double *more = columns + block + kept * width;
                for (int64_t i = 0; i < (rows - kept) * width; ++i) {
                    columns[block + i] += more[i];
                }
                rows = kept;
            }
        }
    }

    // columns (blocks, period): what stands in the first column of each channel of a group, in all others too; zero
    // behind the last channel.
    void spread(int64_t group, float *columns) const
    {
        for (int64_t block = first_column(group); block < last_column(group); block += period) {
            const int64_t used = channels - block / period * width;
            for (int64_t i = used; i < width; ++i) {
                columns[block + i] = 0.0f;
            }
            if (width == 1) {
                const float value = columns[block];
                for (int64_t i = 1; i < period; ++i) {
                    columns[block + i] = value;
                }
                continue;
            }
            for (int64_t done = width; done < period;) {
                const int64_t more = done < period - done ? done : period - done;
                memcpy(columns + block + done, columns + block, static_cast<size_t>(more) * sizeof(float));
                done += more;
            }
        }
    }
};

// What channels must satisfy: counts of one and more whose product fits.
int32_t check_channels(const gatun_channels *channels);

}  // namespace gatun

#endif
