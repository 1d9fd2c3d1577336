// Winograd's transforms between images and tiles, F(2x2, 3x3) and F(4x4, 3x3).
#include "cpu/isa.h"
#include "cpu/winograd_tiles.h"

namespace gatun {
namespace GATUN_ISA {
namespace {

constexpr int64_t panel = 2 * lanes;

// Where a tile lies.
struct Place {
    int64_t image;
    int64_t y;
    int64_t x;

    Place(const Tiles &tiles, int64_t tile)
        : image(tile / (tiles.rows * tiles.columns)), y(tile / tiles.columns % tiles.rows * tiles.size),
          x(tile % tiles.columns * tiles.size)
    {
    }
};

// Where each pixel of a patch lies; outside the image: zeros.
template <int size>
void find(const Patches &patches, const Place &place, const float *pixels[size * size])
{
    for (int i = 0; i < size; ++i) {
        const int64_t y = place.y - patches.top + i;
        for (int j = 0; j < size; ++j) {
            const int64_t x = place.x - patches.left + j;
            const bool inside = y >= 0 && y < patches.height && x >= 0 && x < patches.width;
            pixels[i * size + j] =
                inside ? patches.data + ((place.image * patches.height + y) * patches.width + x) * patches.channels
                       : patches.zeros;
        }
    }
}

// Some channels, at most a vector of them, of one tile.
template <int size, int positions, typename Transform, typename Load>
GATUN_INLINE void spread_channels(const Transform &line, const Load &from, float *to, int64_t position_stride)
{
    transform<size, positions>(line, from, [&](int i, const Vector *row) {
        GATUN_UNROLL
        for (int j = 0; j < positions; ++j) {
            store(to + (i * positions + j) * position_stride, row[j]);
        }
    });
}

template <int size, int positions, typename Transform>
GATUN_INLINE void spread_tiles(const Transform &line, const Tiles &tiles, const Patches &patches, int64_t first,
                               int64_t count, int64_t channel, int64_t channels, const Spread &spread)
{
    const int64_t end = channel + (channels + panel - 1) / panel * panel;
    for (int64_t t = 0; t < count; ++t) {
        const float *pixels[size * size];
        find<size>(patches, Place(tiles, first + t), pixels);
        float *tile = spread.data + t * spread.tile_stride;
        for (int64_t c = channel; c < end; c += lanes) {
            float *to = tile + (c - channel) / panel * spread.panel_stride + (c - channel) % panel;
            const int64_t rest = patches.channels - c;
            if (rest >= lanes) {
                spread_channels<size, positions>(
                    line, [&](int i, int j) { return load(pixels[i * size + j] + c); }, to, spread.position_stride);
            } else {
                const int64_t some = rest < 0 ? 0 : rest;
                const int64_t from = rest < 0 ? 0 : c;
                spread_channels<size, positions>(
                    line, [&](int i, int j) { return load_some(pixels[i * size + j] + from, some); }, to,
                    spread.position_stride);
            }
        }
    }
}

template <typename F>
void input(const Tiles &tiles, const Patches &patches, int64_t first, int64_t count, int64_t channel,
           int64_t channels, const Spread &spread)
{
    spread_tiles<F::positions, F::positions>([](const Vector *d, Vector *v) { F::input(d, v); }, tiles, patches, first,
                                             count, channel, channels, spread);
}

template <typename F>
void gradient(const Tiles &tiles, const Patches &patches, int64_t first, int64_t count, int64_t channel,
              int64_t channels, const Spread &spread)
{
    spread_tiles<F::outputs, F::positions>([](const Vector *d, Vector *v) { F::gradient(d, v); }, tiles, patches,
                                           first, count, channel, channels, spread);
}

template <typename F>
void output(const Tiles &tiles, const Spread &m, int64_t first, int64_t count, int64_t channel, int64_t channels,
            const Results &results)
{
    constexpr int size = F::outputs;
    constexpr int positions = F::positions;
    const int64_t end = channel + channels < results.channels ? channel + channels : results.channels;
    for (int64_t t = 0; t < count; ++t) {
        const Place place(tiles, first + t);
        const int64_t rows = results.height - place.y < size ? results.height - place.y : size;
        const int64_t columns = results.width - place.x < size ? results.width - place.x : size;
        float *corner =
            results.data + ((place.image * results.height + place.y) * results.width + place.x) * results.channels;
        for (int64_t c = channel; c < end; c += lanes) {
            const float *from =
                m.data + t * m.tile_stride + (c - channel) / panel * m.panel_stride + (c - channel) % panel;
            const int64_t some = end - c;
            const Vector bias = results.bias == nullptr ? broadcast(0.0f) : load_up_to(results.bias + c, some);
            transform<positions, size>(
                [](const Vector *in, Vector *out) { F::output(in, out); },
                [&](int i, int j) { return load(from + (i * positions + j) * m.position_stride); },
                [&](int i, const Vector *row) {
                    if (i < rows) {
                        float *to = corner + i * results.width * results.channels + c;
                        GATUN_UNROLL
                        for (int j = 0; j < size; ++j) {
                            if (j < columns) {
                                const Vector y = row[j] + bias;
                                store_up_to(to + j * results.channels, results.relu ? positive(y) : y, some);
                            }
                        }
                    }
                });
        }
    }
}

}  // namespace

const WinogradImages f2_images = {input<F2>, gradient<F2>, output<F2>};
const WinogradImages f4_images = {input<F4>, gradient<F4>, output<F4>};

}  // namespace GATUN_ISA
}  // namespace gatun
