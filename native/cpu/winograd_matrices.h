// The matrices of Winograd's minimal filtering F(m, 3), one dimension of them, applied to vectors.
//
// With t = m + 2 points p_0 .. p_(t-2) and infinity, the t inputs d of a tile, 3 weights g and m outputs y:
//     y = output(input(d) * weights(g)),   elementwise in the middle,
// where output[j][i] = p_i^j, weights[i][k] = p_i^k / f_i with f_i = product of (p_i - p_j), j != i, and row i of input
// holds the coefficients of the product of (x - p_j), j != i; at infinity the leading coefficients remain, and the
// product of all (x - p_j). The transposed matrices give the gradient of the weights:
//     dg = gradient_weights(sum over tiles of input(d) * gradient(dy)).
// S. Winograd, Arithmetic Complexity of Computations (1980); A. Lavin and S. Gray (2016) for convolutions.
#ifndef GATUN_CPU_WINOGRAD_MATRICES_H
#define GATUN_CPU_WINOGRAD_MATRICES_H

#include "cpu/vectors.h"

namespace gatun {
namespace GATUN_ISA {
namespace {

// Points 0, 1, -1, infinity.
struct F2 {
    static constexpr int outputs = 2;
    static constexpr int positions = 4;

    GATUN_INLINE void input(const Vector d[4], Vector v[4])
    {
        v[0] = d[0] - d[2];
        v[1] = d[1] + d[2];
        v[2] = d[2] - d[1];
        v[3] = d[3] - d[1];
    }

    GATUN_INLINE void weights(const Vector g[3], Vector u[4])
    {
        const Vector half = broadcast(0.5f);
        const Vector even = half * (g[0] + g[2]);
        u[0] = g[0];
        u[1] = fused(half, g[1], even);
        u[2] = fused(broadcast(-0.5f), g[1], even);
        u[3] = g[2];
    }

    GATUN_INLINE void output(const Vector m[4], Vector y[2])
    {
        y[0] = m[0] + (m[1] + m[2]);
        y[1] = m[3] + (m[1] - m[2]);
    }

    GATUN_INLINE void gradient(const Vector y[2], Vector m[4])
    {
        m[0] = y[0];
        m[1] = y[0] + y[1];
        m[2] = y[0] - y[1];
        m[3] = y[1];
    }

    GATUN_INLINE void gradient_weights(const Vector u[4], Vector g[3])
    {
        const Vector half = broadcast(0.5f);
        const Vector even = half * (u[1] + u[2]);
        g[0] = u[0] + even;
        g[1] = half * (u[1] - u[2]);
        g[2] = u[3] + even;
    }
};

// Points 0, a, -a, b, -b, infinity with a = sqrt(1/2), b = sqrt(2): as many operations as with 1 and 2, since
// a b = 1 and 2 a = b, and half the error.
struct F4 {
    static constexpr int outputs = 4;
    static constexpr int positions = 6;
    static constexpr float a = 0.70710678118654752f;
    static constexpr float b = 1.41421356237309505f;

    GATUN_INLINE void input(const Vector d[6], Vector v[6])
    {
        const Vector middle = broadcast(-2.5f);
        v[0] = fused(middle, d[2], d[0] + d[4]);
        const Vector even_a = fused(broadcast(-2.0f), d[2], d[4]);
        const Vector odd_a = fused(broadcast(a), d[3], broadcast(-b) * d[1]);
        v[1] = even_a + odd_a;
        v[2] = even_a - odd_a;
        const Vector even_b = fused(broadcast(-0.5f), d[2], d[4]);
        const Vector odd_b = fused(broadcast(b), d[3], broadcast(-a) * d[1]);
        v[3] = even_b + odd_b;
        v[4] = even_b - odd_b;
        v[5] = fused(middle, d[3], d[1] + d[5]);
    }

    GATUN_INLINE void weights(const Vector g[3], Vector u[6])
    {
        u[0] = g[0];
        const Vector even_a = broadcast(-2.0f / 3.0f) * fused(broadcast(0.5f), g[2], g[0]);
        const Vector odd_a = broadcast(-2.0f / 3.0f * a) * g[1];
        u[1] = even_a + odd_a;
        u[2] = even_a - odd_a;
        const Vector even_b = broadcast(1.0f / 6.0f) * fused(broadcast(2.0f), g[2], g[0]);
        const Vector odd_b = broadcast(b / 6.0f) * g[1];
        u[3] = even_b + odd_b;
        u[4] = even_b - odd_b;
        u[5] = g[2];
    }

    GATUN_INLINE void output(const Vector m[6], Vector y[4])
    {
        const Vector even_a = m[1] + m[2];
        const Vector odd_a = m[1] - m[2];
        const Vector even_b = m[3] + m[4];
        const Vector odd_b = m[3] - m[4];
        y[0] = m[0] + (even_a + even_b);
        y[1] = fused(broadcast(a), odd_a, broadcast(b) * odd_b);
        y[2] = fused(broadcast(0.5f), even_a, broadcast(2.0f) * even_b);
        y[3] = fused(broadcast(0.5f * a), odd_a, fused(broadcast(2.0f * b), odd_b, m[5]));
    }

    GATUN_INLINE void gradient(const Vector y[4], Vector m[6])
    {
        m[0] = y[0];
        const Vector even_a = fused(broadcast(0.5f), y[2], y[0]);
        const Vector odd_a = broadcast(a) * fused(broadcast(0.5f), y[3], y[1]);
        m[1] = even_a + odd_a;
        m[2] = even_a - odd_a;
        const Vector even_b = fused(broadcast(2.0f), y[2], y[0]);
        const Vector odd_b = broadcast(b) * fused(broadcast(2.0f), y[3], y[1]);
        m[3] = even_b + odd_b;
        m[4] = even_b - odd_b;
        m[5] = y[3];
    }

    GATUN_INLINE void gradient_weights(const Vector u[6], Vector g[3])
    {
        const Vector even_a = u[1] + u[2];
        const Vector odd_a = u[1] - u[2];
        const Vector even_b = u[3] + u[4];
        const Vector odd_b = u[3] - u[4];
        g[0] = fused(broadcast(-2.0f / 3.0f), even_a, fused(broadcast(1.0f / 6.0f), even_b, u[0]));
        g[1] = fused(broadcast(-2.0f / 3.0f * a), odd_a, broadcast(b / 6.0f) * odd_b);
        g[2] = fused(broadcast(-1.0f / 3.0f), even_a, fused(broadcast(1.0f / 3.0f), even_b, u[5]));
    }
};

}  // namespace
}  // namespace GATUN_ISA
}  // namespace gatun

#endif
