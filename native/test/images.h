// Images in every layout, for what is computed channel by channel.
#ifndef GATUN_TEST_IMAGES_H
#define GATUN_TEST_IMAGES_H

#include "buffers.h"

// Images in some layout.
struct Images {
    gatun_channels shape;
    int64_t blocks;
    int64_t elements;

    Images(int64_t images, int64_t channels, int64_t pixels, int64_t width)
        : shape{images, channels, pixels, width}, blocks((channels + width - 1) / width),
          elements(images * blocks * pixels * width)
    {
    }

    int64_t values() const
    {
        return shape.images * shape.pixels;
    }

    // Where value i of a channel lies; channels behind the last one are padding.
    int64_t at(int64_t channel, int64_t i) const
    {
        const int64_t image = i / shape.pixels;
        const int64_t block = image * blocks + channel / shape.width;
        return (block * shape.pixels + i % shape.pixels) * shape.width + channel % shape.width;
    }

    void clear_padding(Buffer &buffer) const
    {
        for (int64_t c = shape.channels; c < blocks * shape.width; ++c) {
            for (int64_t i = 0; i < values(); ++i) {
                buffer[at(c, i)] = 0.0f;
            }
        }
    }

    bool has_clear_padding(Buffer &buffer) const
    {
        bool clear = true;
        for (int64_t c = shape.channels; c < blocks * shape.width; ++c) {
            for (int64_t i = 0; i < values(); ++i) {
                clear = clear && buffer[at(c, i)] == 0.0f;
            }
        }
        return clear;
    }
};

// Row-major, channels last, blocks of 8 and 16 with padding or none; images of one period or less, of one and a tail,
// in groups, of one row; a single value; parts that end inside an image.
inline const Images every_layout[] = {
    {1, 1, 1, 1},    {5, 3, 4, 1},    {3, 2, 67, 1},     {2, 5, 700, 1},  {3, 17, 5, 17},  {7, 64, 9, 64},
    {2, 130, 31, 130}, {40, 3, 33, 3}, {300, 24, 1, 24}, {2, 20, 7, 8},   {5, 17, 33, 8},  {3, 40, 16, 8},
    {2, 300, 9, 8},  {6, 17, 100, 16}, {1, 16, 5000, 16}, {1, 8, 9001, 8}, {33, 48, 130, 16},
};

#endif
