// What the convolutions' kernels are told, and which there are for each instruction set. All images are (N, H, W, C),
// all weights (O, KH, KW, I), all f32.
//
// A product of matrices runs over panels: columns in groups of as many as the microkernel has, each group's row
// contiguous. A panel that the tensor does not fill holds zeros.
#ifndef GATUN_CPU_CONVOLUTION_H
#define GATUN_CPU_CONVOLUTION_H

#include <stdint.h>

namespace gatun {

// Between two positions of a tile lie so many elements more than needed: without them all positions of one element
// would fall into the same few sets of the first cache.
constexpr int64_t position_padding = 16;

// How images are cut into tiles of outputs. Tiles are counted along rows, then down an image, then over images.
struct Tiles {
    int64_t rows;     // of an image
    int64_t columns;  // of an image
    int64_t size;     // pixels of an output tile in one direction

    int64_t in(int64_t images) const
    {
        return images * rows * columns;
    }
};

// Where tiles are read: patch p begins at its tile's corner less top and left; outside the image it is zero.
struct Patches {
    const float *data;  // (images, height, width, channels)
    int64_t height;
    int64_t width;
    int64_t channels;
    int64_t top;
    int64_t left;
    const float *zeros;  // (channels)
};

// Where transformed tiles lie, counted from the first of them: channel c of tile t at position p stands at
// p * position_stride + c / panel * panel_stride + t * tile_stride + c % panel.
struct Spread {
    float *data;
    int64_t position_stride;
    int64_t panel_stride;
    int64_t tile_stride;
};

// Weights (outputs, 3, 3, inputs).
struct Filters {
    const float *data;
    int64_t outputs;
    int64_t inputs;
};

// Where results go.
struct Results {
    float *data;  // (images, height, width, channels)
    int64_t height;
    int64_t width;
    int64_t channels;
    const float *bias;  // (channels), or null
    bool relu;
};

struct WinogradImages {
    // Tiles first .. first + count, channels channel .. channel + channels, channel a multiple of the panel: B^T d B of
    // patches of a tile and its neighbours; and A dy A^T of patches of the tile alone. spread begins at the first tile
    // and channel, and its last panel is filled up with zeros.
    void (*input)(const Tiles &tiles, const Patches &patches, int64_t first, int64_t count, int64_t channel,
                  int64_t channels, const Spread &spread);
    void (*gradient)(const Tiles &tiles, const Patches &patches, int64_t first, int64_t count, int64_t channel,
                     int64_t channels, const Spread &spread);

    // A^T m A of the same tiles and channels of the results; what m holds beyond the results' channels is not read.
    void (*output)(const Tiles &tiles, const Spread &m, int64_t first, int64_t count, int64_t channel,
                   int64_t channels, const Results &results);
};

struct WinogradWeights {
    // G g G^T of a panel of output channels from column on, and input channels first .. first + count. The turned ones
    // are those with which the gradient of the output is convolved: a panel of input channels, some output channels,
    // the filters turned by half. u (positions, count, panel) with the given distance between positions.
    void (*plain)(const Filters &filters, int64_t column, int64_t first, int64_t count, float *u,
                  int64_t position_stride);
    void (*turned)(const Filters &filters, int64_t column, int64_t first, int64_t count, float *u,
                   int64_t position_stride);

    // G^T c G of a panel of input channels from column on, and output channels first .. first + count, written to a
    // gradient of the filters' shape. c (positions, count, panel) with the given distances.
    void (*gradient)(const float *c, int64_t position_stride, int64_t row_stride, int64_t column, int64_t first,
                     int64_t count, const Filters &filters, float *gradient);
};

struct ProductKernels {
    int64_t panel;  // columns of the microkernel
    int64_t rows;   // its most rows

    // c (rows, panel), a row every c_stride elements, = or += the product of a (rows, depth), a row every a_stride
    // elements, and b (depth, panel).
    void (*multiply)(int64_t rows, int64_t depth, const float *a, int64_t a_stride, const float *b, float *c,
                     int64_t c_stride, bool add);

    // The same with a (depth, panel), of which the first columns are the rows of c.
    void (*multiply_transposed)(int64_t rows, int64_t depth, const float *a, const float *b, float *c,
                                int64_t c_stride, bool add);
};

// F(m x m, 3 x 3) for one m.
struct WinogradKernels {
    int64_t outputs;    // m
    int64_t positions;  // (m + 2)^2
    const WinogradImages *images;
    const WinogradWeights *weights;
};

struct ConvolutionKernels {
    const ProductKernels *products;
    WinogradKernels winograd[2];  // m = 2, 4
};

}  // namespace gatun

#endif
