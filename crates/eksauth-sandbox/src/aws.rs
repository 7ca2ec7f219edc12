//! AWS as clients see it: STS and EKS.
