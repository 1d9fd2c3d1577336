#include "cpu/channels.h"

#include "cpu/sizes.h"

namespace gatun {

namespace {

// Elements: a run that is as short is one period.
constexpr int64_t short_run = 256;

constexpr int64_t fewest_periods = 3;
constexpr int64_t fewest_columns = 8;

// So many that each row is a long run in memory, so few that the sums of a group stay in the first-level cache.
constexpr int64_t group_columns = 512;

int64_t rows_of_a_period(int64_t width, int64_t rows, bool repeated)
{
    const int64_t wanted = divide_up(usual_period, width);
    if (repeated) {
        return wanted < rows && width * rows > short_run ? wanted : rows;
    }
    // A period has work of its own, to begin and to add up: there are some of them in one image, too.
    const int64_t few = most(rows / fewest_periods, divide_up(fewest_columns, width));
    const int64_t best = wanted < few ? wanted : few;
    return best < rows ? best : rows;
}

}  // namespace

Channels::Channels(const gatun_channels &given)
    : images(given.images), channels(given.channels), pixels(given.pixels), width(given.width),
      blocks(divide_up(given.channels, given.width)),
      period(given.width * rows_of_a_period(given.width, blocks == 1 ? given.images * given.pixels : given.pixels,
                                          given.images > 1)),
      group_blocks(blocks > 1 && images > 1 && period == width * pixels ? divide_up(group_columns, period) : 1),
      groups(divide_up(blocks, group_blocks))
{
}

int32_t check_channels(const gatun_channels *channels)
{
    if (channels == nullptr) {
        return GATUN_NULL_POINTER;
    }
    const gatun_channels &c = *channels;
    int64_t elements = 0;
    const bool good = c.images >= 1 && c.channels >= 1 && c.pixels >= 1 && c.width >= 1 &&
                      c.width <= INT32_MAX && c.channels <= INT32_MAX &&
                      !__builtin_mul_overflow(c.images, c.pixels, &elements) &&
                      !__builtin_mul_overflow(elements, round_up(c.channels, c.width), &elements) &&
                      elements <= INT64_MAX / 64;
    return good ? GATUN_SUCCESS : GATUN_INVALID_SIZE;
}

}  // namespace gatun
