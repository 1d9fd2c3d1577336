// The gradient of 3x3 filters by Winograd's transforms: sources and gradients of a superblock of tiles are transformed
// by all threads and stay in the third cache; then each thread multiplies blocks of output by input channels, summing
// over tiles, and after the last superblock transforms the sums back.
#include "cpu/each.h"
#include "cpu/winograd.h"

#include <string.h>

namespace gatun {
namespace {

constexpr int64_t superblock_tiles = 128;
constexpr int64_t transform_tiles = 4;  // one item of work
constexpr int64_t transform_channels = 64;

class Gradients {
  public:
    Gradients(const ConvolutionKernels &kernels, const WinogradKernels &winograd, const FilterGradient &problem)
        : products_(*kernels.products), images_(*winograd.images), weights_(*winograd.weights),
          positions_(winograd.positions), problem_(problem), panel_(products_.panel),
          inputs_(problem.source.channels), outputs_(problem.gradient.channels),
          input_panels_(divide_up(inputs_, panel_)), output_panels_(divide_up(outputs_, panel_)),
          threads_(omp_get_max_threads())
    {
        const int64_t m = winograd.outputs;
        tiles_ = {divide_up(problem.gradient.height, m), divide_up(problem.gradient.width, m), m};
        count_ = tiles_.in(problem.images);
        superblock_ = divide_up(count_, divide_up(count_, superblock_tiles));
        choose_blocks();
    }

    void run(Workspace &workspace)
    {
        float *zeros = workspace.take(most(inputs_, outputs_));
        const Spread x = spread(workspace, input_panels_);
        const Spread dy = spread(workspace, output_panels_);
        const int64_t c_stride = output_block_ * input_block_ * panel_ * panel_ + position_padding;
        const int64_t block = round_up(positions_ * c_stride, line_floats);
        const int64_t columns = divide_up(input_panels_, input_block_);
        const int64_t items = divide_up(output_panels_, output_block_) * columns;
        const bool once = superblock_ == count_;
        float *sums = workspace.take((once ? threads_ : items) * block);
        if (workspace.counts()) {
            return;
        }
        memset(zeros, 0, static_cast<size_t>(most(inputs_, outputs_)) * sizeof(float));
        problem_.source.zeros = zeros;
        problem_.gradient.zeros = zeros;
        for (int64_t first = 0; first < count_; first += superblock_) {
            const int64_t tiles = least(superblock_, count_ - first);
            transform(x, dy, first, tiles);
            const bool last = first + superblock_ >= count_;
            parallel_each(items, [&](int64_t item, int64_t thread) {
                float *c = sums + (once ? thread : item) * block;
                const int64_t output = item / columns * output_block_;
                const int64_t input = item % columns * input_block_;
                const int64_t rows = least(output_block_, output_panels_ - output);
                const int64_t width = least(input_block_, input_panels_ - input);
                multiply(x, dy, tiles, output, rows, input, width, c, c_stride, first > 0);
                if (last) {
                    finish(output, rows, input, width, c, c_stride);
                }
            });
        }
    }

  private:
    // In panels. Where the sums of all positions are kept only until they are transformed back, they fit into the
    // second cache; otherwise they come and go once for each superblock, and the blocks suit the operands.
    void choose_blocks()
    {
        const int64_t weights = inputs_ * outputs_;
        output_block_ = 1;
        if (superblock_ == count_) {
            input_block_ = least(128 / panel_, most(1, output_panels_ * input_panels_ / 16));
        } else if (weights <= 128 * 128) {
            output_block_ = most(1, 64 / panel_);
            input_block_ = 1;
        } else {
            input_block_ = most(1, (weights <= 256 * 256 ? 32 : 128) / panel_);
        }
        input_block_ = most(1, least(input_block_, input_panels_));
        output_block_ = least(output_block_, output_panels_);
    }

    Spread spread(Workspace &workspace, int64_t panels) const
    {
        const int64_t panel_stride = superblock_ * panel_;
        const int64_t position_stride = panels * panel_stride + position_padding;
        return {workspace.take(positions_ * position_stride), position_stride, panel_stride, panel_};
    }

    void transform(const Spread &x, const Spread &dy, int64_t first, int64_t tiles) const
    {
        const int64_t inputs = divide_up(inputs_, transform_channels);
        const int64_t pieces = inputs + divide_up(outputs_, transform_channels);
        parallel_each(divide_up(tiles, transform_tiles) * pieces, [&](int64_t item, int64_t) {
            const int64_t tile = item / pieces * transform_tiles;
            const int64_t piece = item % pieces;
            const bool input = piece < inputs;
            const int64_t channel = (input ? piece : piece - inputs) * transform_channels;
            const Patches &patches = input ? problem_.source : problem_.gradient;
            Spread part = input ? x : dy;
            part.data += tile * panel_ + channel / panel_ * part.panel_stride;
            (input ? images_.input : images_.gradient)(
                tiles_, patches, first + tile, least(transform_tiles, tiles - tile), channel,
                least(transform_channels, patches.channels - channel), part);
        });
    }

    void multiply(const Spread &x, const Spread &dy, int64_t tiles, int64_t output, int64_t rows, int64_t input,
                  int64_t width, float *c, int64_t c_stride, bool add) const
    {
        for (int64_t p = 0; p < positions_; ++p) {
            for (int64_t j = 0; j < width; ++j) {
                const float *b = x.data + p * x.position_stride + (input + j) * x.panel_stride;
                for (int64_t i = 0; i < rows; ++i) {
                    const float *a = dy.data + p * dy.position_stride + (output + i) * dy.panel_stride;
                    products_.multiply_transposed(least(panel_, outputs_ - (output + i) * panel_), tiles, a, b,
                                                  c + p * c_stride + (j * output_block_ + i) * panel_ * panel_,
                                                  panel_, add);
                }
            }
        }
    }

    void finish(int64_t output, int64_t rows, int64_t input, int64_t width, const float *c, int64_t c_stride) const
    {
        const Filters filters = {nullptr, outputs_, inputs_};
        const int64_t first = output * panel_;
        for (int64_t j = 0; j < width; ++j) {
            weights_.gradient(c + j * output_block_ * panel_ * panel_, c_stride, panel_, (input + j) * panel_, first,
                              least(rows * panel_, outputs_ - first), filters, problem_.filters);
        }
    }

    const ProductKernels &products_;
    const WinogradImages &images_;
    const WinogradWeights &weights_;
    const int64_t positions_;
    FilterGradient problem_;
    const int64_t panel_;
    const int64_t inputs_;
    const int64_t outputs_;
    const int64_t input_panels_;
    const int64_t output_panels_;
    const int64_t threads_;
    Tiles tiles_;
    int64_t count_;
    int64_t superblock_;
    int64_t output_block_;
    int64_t input_block_;
};

}  // namespace

void correlate_backward_weights(const ConvolutionKernels &kernels, const WinogradKernels &winograd,
                                const FilterGradient &problem, Workspace &workspace)
{
    Gradients(kernels, winograd, problem).run(workspace);
}

}  // namespace gatun
