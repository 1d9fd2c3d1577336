// Convolution of images with 3x3 filters by Winograd's transforms, in one of two ways.
//
// Few channels: the weights are transformed once and then stay in the third cache; a thread takes a block of tiles
// through all three steps, tiles and products in its second cache.
//
// Many channels: the transformed weights would not fit there. A superblock of tiles is transformed by all threads and
// stays in the third cache; then a thread takes a panel of output channels through it, transforming the panel's weights
// a piece of the depth at a time into its second cache, where they are used at once.
#include "cpu/each.h"
#include "cpu/winograd.h"

#include <string.h>

namespace gatun {
namespace {

// Of a second cache of 512 KB, in elements; the rest is for what streams through.
constexpr int64_t private_elements = 112 * 1024;
constexpr int64_t group_outputs = 64;
constexpr int64_t weights_rows = 64;      // of transformed weights: one item of work
constexpr int64_t superblock_tiles = 96;
constexpr int64_t depth_piece = 128;
constexpr int64_t few_tiles = 8;          // for these the products are cheap beside the weights' transform
constexpr int64_t input_tiles = 4;        // of a superblock: one item of work
constexpr int64_t input_channels = 64;

class Correlator {
  public:
    Correlator(const ConvolutionKernels &kernels, const WinogradKernels &winograd, const Correlation &correlation)
        : products_(*kernels.products), images_(*winograd.images), weights_(*winograd.weights),
          positions_(winograd.positions), correlation_(correlation), panel_(products_.panel),
          depth_(correlation.source.channels), padded_depth_(round_up(depth_, panel_)),
          panels_(divide_up(correlation.results.channels, panel_)), threads_(omp_get_max_threads())
    {
        const int64_t m = winograd.outputs;
        tiles_ = {divide_up(correlation.results.height, m), divide_up(correlation.results.width, m), m};
        count_ = tiles_.in(correlation.images);
    }

    void run(Workspace &workspace)
    {
        float *zeros = workspace.take(depth_);
        if (!workspace.counts()) {
            memset(zeros, 0, static_cast<size_t>(depth_) * sizeof(float));
            correlation_.source.zeros = zeros;
        }
        if (weights_stay()) {
            by_tiles(workspace);
        } else {
            by_outputs(workspace);
        }
    }

  private:
    bool weights_stay() const
    {
        const int64_t weights = depth_ * correlation_.results.channels;
        return depth_ <= 128 && weights <= 128 * 128 && count_ >= (weights <= 64 * 64 ? 1 : 600);
    }

    void transform_weights(int64_t panel, int64_t first, int64_t rows, float *u, int64_t position_stride) const
    {
        const auto transform = correlation_.turned ? weights_.turned : weights_.plain;
        transform(correlation_.filters, panel * panel_, first, rows, u, position_stride);
    }

    void by_tiles(Workspace &workspace) const
    {
        const int64_t group = most(1, least(panels_, group_outputs / panel_));
        const int64_t width = group * panel_;
        const int64_t fitting = private_elements / (positions_ * (padded_depth_ + width));
        const int64_t block =
            least(count_, most(1, least(fitting, 8 * products_.rows) / products_.rows) * products_.rows);
        const int64_t panel_stride = depth_ * panel_;
        const int64_t u_stride = panels_ * panel_stride + position_padding;
        const int64_t v_stride = block * padded_depth_ + position_padding;
        const int64_t m_stride = block * width + position_padding;
        float *u = workspace.take(positions_ * u_stride);
        const int64_t own = round_up(positions_ * (v_stride + m_stride), line_floats);
        float *owned = workspace.take(threads_ * own);
        if (workspace.counts()) {
            return;
        }
        const int64_t pieces = divide_up(depth_, weights_rows);
        parallel_each(panels_ * pieces, [&](int64_t item, int64_t) {
            const int64_t panel = item / pieces;
            const int64_t first = item % pieces * weights_rows;
            transform_weights(panel, first, least(weights_rows, depth_ - first),
                              u + panel * panel_stride + first * panel_, u_stride);
        });
        parallel_each(divide_up(count_, block), [&](int64_t item, int64_t thread) {
            const int64_t first = item * block;
            const int64_t tiles = least(block, count_ - first);
            const Spread v = {owned + thread * own, v_stride, panel_, padded_depth_};
            const Spread m = {v.data + positions_ * v_stride, m_stride, panel_, width};
            images_.input(tiles_, correlation_.source, first, tiles, 0, depth_, v);
            for (int64_t begin = 0; begin < panels_; begin += group) {
                const int64_t end = least(begin + group, panels_);
                for (int64_t p = 0; p < positions_; ++p) {
                    for (int64_t panel = begin; panel < end; ++panel) {
                        products_.multiply(tiles, depth_, v.data + p * v_stride, padded_depth_,
                                           u + p * u_stride + panel * panel_stride,
                                           m.data + p * m_stride + (panel - begin) * panel_, width, false);
                    }
                }
                images_.output(tiles_, m, first, tiles, begin * panel_, (end - begin) * panel_,
                               correlation_.results);
            }
        });
    }

    void by_outputs(Workspace &workspace) const
    {
        const int64_t superblocks = divide_up(count_, superblock_tiles);
        const int64_t block = divide_up(count_, superblocks);
        const int64_t piece = block <= few_tiles ? depth_piece / 2 : depth_piece;
        const int64_t v_stride = block * padded_depth_ + position_padding;
        const int64_t u_stride = least(piece, depth_) * panel_ + position_padding;
        const int64_t m_stride = block * panel_ + position_padding;
        const Spread v = {workspace.take(positions_ * v_stride), v_stride, panel_, padded_depth_};
        const int64_t own = round_up(positions_ * (u_stride + m_stride), line_floats);
        float *owned = workspace.take(threads_ * own);
        if (workspace.counts()) {
            return;
        }
        for (int64_t first = 0; first < count_; first += block) {
            const int64_t tiles = least(block, count_ - first);
            transform_input(v, first, tiles);
            parallel_each(panels_, [&](int64_t panel, int64_t thread) {
                float *u = owned + thread * own;
                const Spread m = {u + positions_ * u_stride, m_stride, panel_, panel_};
                for (int64_t k = 0; k < depth_; k += piece) {
                    const int64_t rows = least(piece, depth_ - k);
                    transform_weights(panel, k, rows, u, u_stride);
                    for (int64_t p = 0; p < positions_; ++p) {
                        products_.multiply(tiles, rows, v.data + p * v_stride + k, padded_depth_, u + p * u_stride,
                                           m.data + p * m_stride, panel_, k > 0);
                    }
                }
                images_.output(tiles_, m, first, tiles, panel * panel_, panel_, correlation_.results);
            });
        }
    }

    void transform_input(const Spread &v, int64_t first, int64_t tiles) const
    {
        const int64_t pieces = divide_up(depth_, input_channels);
        parallel_each(divide_up(tiles, input_tiles) * pieces, [&](int64_t item, int64_t) {
            const int64_t tile = item / pieces * input_tiles;
            const int64_t channel = item % pieces * input_channels;
            Spread part = v;
            part.data += tile * padded_depth_ + channel;
            images_.input(tiles_, correlation_.source, first + tile, least(input_tiles, tiles - tile), channel,
                          least(input_channels, depth_ - channel), part);
        });
    }

    const ProductKernels &products_;
    const WinogradImages &images_;
    const WinogradWeights &weights_;
    const int64_t positions_;
    Correlation correlation_;
    const int64_t panel_;
    const int64_t depth_;
    const int64_t padded_depth_;
    const int64_t panels_;
    const int64_t threads_;
    Tiles tiles_;
    int64_t count_;
};

}  // namespace

void correlate(const ConvolutionKernels &kernels, const WinogradKernels &winograd, const Correlation &correlation,
               Workspace &workspace)
{
    Correlator(kernels, winograd, correlation).run(workspace);
}

}  // namespace gatun
