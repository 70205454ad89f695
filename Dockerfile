# syntax=docker/dockerfile:1
# The program, without its models: `python -m qa models pull` puts these into the volume /models, once.
FROM python:3.11-slim-bookworm AS build
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
WORKDIR /src
COPY constraints.txt ./
RUN python -m venv /opt/article-qa \
    && /opt/article-qa/bin/python -m pip install --no-cache-dir "pip==$(sed -n 's/^pip==//p' constraints.txt)"
COPY pyproject.toml README.md LICENSE app.py ./
COPY ingest ingest
COPY qa qa
RUN /opt/article-qa/bin/python -m pip install --no-cache-dir -c constraints.txt ".[postgres,telemetry]"

FROM python:3.11-slim-bookworm
RUN groupadd --gid 10001 article-qa \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin article-qa \
    && install --directory --owner=10001 --group=10001 --mode=0700 /data /models
COPY --from=build /opt/article-qa /opt/article-qa
ENV PATH=/opt/article-qa/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONSAFEPATH=1 \
    PYTHONUNBUFFERED=1 \
    ARTICLE_QA_DATA_DIR=/data \
    ARTICLE_QA_MODELS_DIR=/models
USER 10001:10001
VOLUME ["/data", "/models"]
EXPOSE 7860
HEALTHCHECK --interval=15s --timeout=10s --start-period=5m CMD ["python", "-m", "qa", "ready"]
CMD ["python", "-m", "app"]
