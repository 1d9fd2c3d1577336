// Memory that a caller lends for one call, cut into pieces on cache lines.
#ifndef GATUN_CPU_WORKSPACE_H
#define GATUN_CPU_WORKSPACE_H

#include <stdint.h>

#include "cpu/sizes.h"

namespace gatun {

constexpr int64_t line_floats = 16;

// Counts first, without memory, and then cuts in the same order.
class Workspace {
  public:
    Workspace() : next_(nullptr), elements_(0) {}

    explicit Workspace(void *memory)
        : next_(reinterpret_cast<float *>(round_up(reinterpret_cast<int64_t>(memory), line_floats * sizeof(float)))),
          elements_(0)
    {
    }

    float *take(int64_t elements)
    {
        float *piece = next_ == nullptr ? nullptr : next_ + elements_;
        elements_ += round_up(elements, line_floats);
        return piece;
    }

    double *take_doubles(int64_t elements)
    {
        return reinterpret_cast<double *>(take(2 * elements));
    }

    // Whether it has no memory: what takes pieces of it then computes nothing.
    bool counts() const { return next_ == nullptr; }

    // With what the memory may lack to begin on a line.
    int64_t bytes() const
    {
        return (elements_ + line_floats) * static_cast<int64_t>(sizeof(float));
    }

  private:
    float *next_;
    int64_t elements_;
};

}  // namespace gatun

#endif
