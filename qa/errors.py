"""Every failure a user can cause, each with a one-line message that says what to do next.

ArticleQAError
├── SettingsError          a setting has a value that cannot be used
├── ExtensionError         what another package adds cannot be loaded, or fails
├── QuestionError          the question is empty or too long
├── FilterError            what a question is restricted to does not exist
├── ModelError             a model cannot be had or cannot answer
│   ├── WeightsError       weights could not be fetched, verified or stored
│   └── ProviderError      the language model failed while answering
├── LibraryError           the library cannot be read or written
│   ├── ArticleNotFound    no article has that id
│   └── NotFollowed        no feed or folder of that name is followed
├── ConversationError      conversations cannot be read or written
│   └── ConversationNotFound   there is no such conversation, or it is another user's
├── SessionError           what is kept of sessions cannot be read or written
├── BackupError            a backup cannot be made or brought back
├── ClusterError           a cluster of machines cannot be used, or is lost
├── LoadError              an item could not be read as an article
├── TagError               what was given is no tag
├── UserError              a user cannot be added, removed or signed in
│   └── UserFileError      the file of users cannot be read
├── GoldError              a gold question set is not valid
├── EvaluationError        an evaluation cannot be begun, gone on with or kept
│   └── EvaluationNotFound     there is no such evaluation or gold set, or it is another user's
└── IndexUnavailable       the vector index cannot be used
    ├── IndexLocked        another process holds it
    ├── IndexMismatch      it was built by another embedding model
    └── IndexUnwritable    the disk takes nothing, and an index cannot even be opened without writing

Caught only at the edge: `qa.cli.main`, `ingest.cli` and `qa.web`.
"""

EMPTY = "the library is empty; add articles with `python -m ingest add PATH`"


class ArticleQAError(Exception):
    """Base of all errors whose message is written for the user."""


class SettingsError(ArticleQAError):
    pass


class ExtensionError(ArticleQAError):
    pass


class QuestionError(ArticleQAError):
    pass


class FilterError(ArticleQAError):
    pass


class ModelError(ArticleQAError):
    pass


class WeightsError(ModelError):
    pass


class ProviderError(ModelError):
    pass


class LibraryError(ArticleQAError):
    pass


class ArticleNotFound(LibraryError):
    def __init__(self, article_id: str) -> None:
        super().__init__(f"no article has the id {article_id!r}; see `python -m ingest list`")


class NotFollowed(LibraryError):
    def __init__(self, what: object) -> None:
        super().__init__(f"{str(what)!r} is not followed; see `python -m ingest followed`")


class SessionError(ArticleQAError):
    pass


class ConversationError(ArticleQAError):
    pass


class ConversationNotFound(ConversationError):
    def __init__(self, what: str) -> None:
        super().__init__(f"there is no {what}; `GET /api/conversations` lists those there are")


class BackupError(ArticleQAError):
    pass


class ClusterError(ArticleQAError):
    pass


class LoadError(ArticleQAError):
    pass


class TagError(ArticleQAError):
    pass


class UserError(ArticleQAError):
    pass


class UserFileError(UserError):
    pass


class GoldError(ArticleQAError):
    pass


class EvaluationError(ArticleQAError):
    pass


class EvaluationNotFound(EvaluationError):
    def __init__(self, what: str) -> None:
        super().__init__(f"there is no {what}; `GET /api/evaluations` lists those there are")


class IndexUnavailable(ArticleQAError):
    pass


class IndexLocked(IndexUnavailable):
    pass


class IndexMismatch(IndexUnavailable):
    pass


class IndexUnwritable(IndexUnavailable):
    pass
